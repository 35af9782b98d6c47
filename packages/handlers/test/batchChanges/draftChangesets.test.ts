import { assert, describe, it } from "@effect/vitest"
import type { BatchSpec, ChangesetTemplate } from "../../src/batchChanges/index.ts"
import type { EndedWorkspace } from "../../src/batchChanges/specs/changesetScope.ts"
import type { ChangesetDraft } from "../../src/batchChanges/specs/ChangesetDraft.ts"
import { combineDrafts } from "../../src/batchChanges/specs/combineDrafts.ts"
import { draftChangesets } from "../../src/batchChanges/specs/draftChangesets.ts"
import { publishedValue } from "../../src/batchChanges/specs/publishedValue.ts"
import { adding } from "./support/world.ts"

const diffOf = (...paths: ReadonlyArray<string>) => Buffer.concat(paths.map((path) => adding(path, "x")))

const workspace = (change: Partial<EndedWorkspace> = {}): EndedWorkspace => ({
  repositoryId: 1,
  repository: "acme/billing",
  branch: "main",
  baseSha: "1".repeat(40),
  path: "",
  searchResultPaths: ["src/a.ts"],
  result: {
    steps: [],
    outputs: { version: "2.0" },
    changedPaths: { modified: ["m"], added: ["a", "b"], deleted: [], renamed: [] }
  },
  diff: diffOf("a"),
  ...change
})

const template = (change: Partial<ChangesetTemplate> = {}): ChangesetTemplate => ({
  title: "Upgrade",
  branch: "drover/upgrade",
  commit: { message: "Upgrade" },
  ...change
})

const specOf = (change: Partial<BatchSpec> = {}): BatchSpec => ({
  name: "upgrade",
  description: "All of it",
  ...change
})
const author = { name: "Ada", email: "ada@drover.invalid" }

const draft = (
  change: Partial<ChangesetTemplate> = {},
  at: Partial<EndedWorkspace> = {},
  spec: Partial<BatchSpec> = {}
) => draftChangesets(specOf(spec), template(change), author, workspace(at))

const only = (...args: Parameters<typeof draft>): ChangesetDraft => {
  const { drafts, problems } = draft(...args)
  assert.deepStrictEqual(problems, [])
  assert.lengthOf(drafts, 1)
  return drafts[0]!
}
const problemsOf = (...args: Parameters<typeof draft>) => {
  const { drafts, problems } = draft(...args)
  if (problems.length > 0) assert.deepStrictEqual(drafts, [])
  return problems.map(({ message }) => message)
}

describe("a changeset of what steps gave", () => {
  it("has its templates filled in", () => {
    const made = only({
      title: " Upgrade ${{ repository.name }} to ${{ outputs.version }} ",
      body: "${{ batch_change.description }}: ${{ join steps.added_files \", \" }} at '${{ steps.path }}'\n${{ batch_change_link }}",
      branch: "drover/${{ repository.branch }}/${{ batch_change.name }}",
      commit: {
        message: "Found in ${{ repository.search_result_paths }}",
        author: { name: "Bot", email: "bot@x.invalid" }
      }
    })
    assert.deepInclude(made, {
      title: "Upgrade acme/billing to 2.0",
      body: "All of it: a, b at ''\n${{ batch_change_link }}",
      headRef: "drover/main/upgrade",
      baseRef: "main",
      commitMessage: "Found in src/a.ts",
      authorName: "Bot",
      authorEmail: "bot@x.invalid",
      published: null
    })
  })

  it("is committed by whoever made the spec, unless it says otherwise", () => {
    assert.deepInclude(only(), { authorName: "Ada", authorEmail: "ada@drover.invalid", body: "" })
  })

  it("there is none where nothing changed", () => {
    assert.deepStrictEqual(draft({}, { diff: new Uint8Array() }), { drafts: [], problems: [] })
  })

  it("names all that is wrong with it, and then there is none", () => {
    const problems = problemsOf(
      {
        title: "${{ outputs.nothing }}",
        branch: "a..b",
        commit: { message: "${{ repository.search_result_paths }}" }
      },
      { searchResultPaths: [] }
    )
    assert.deepStrictEqual(problems, [
      "the title: there is no `outputs.nothing`: there are version",
      "the commit message is blank",
      'the branch cannot be "a..b", because it has two dots in a row'
    ])
  })

  it("has a title of one line, and a branch other than the one that it is merged into", () => {
    assert.deepStrictEqual(problemsOf({ title: "a\nb" }), [
      "the title has more than one line, or control characters in it"
    ])
    assert.include(problemsOf({ branch: "main" })[0], "is the branch that it is to be merged into")
    assert.include(problemsOf({ title: "${{ batch_change_link }}" })[0], "there is no `batch_change_link`")
    assert.include(problemsOf({}, { diff: Buffer.from("nonsense\n") })[0], "its diff cannot be read: line 1")
  })

  it("is split by directory, each part on a branch of its own", () => {
    const group = [
      { directory: "go", branch: "drover/go" },
      { directory: "docs", branch: "drover/docs/${{ outputs.version }}" },
      { directory: "x", branch: "drover/x", repository: "other/*" }
    ]
    const { drafts } = draft(
      { published: [{ "*": false }, { "acme/*@drover/go": "draft" }] },
      { diff: diffOf("docs/a", "go/b", "top", "x/y") },
      { transformChanges: { group } }
    )
    assert.deepStrictEqual(
      drafts.map(({ files, headRef, published }) => [headRef, published, files.map(({ path }) => path).join(" ")]),
      [
        ["drover/upgrade", false, "top x/y"],
        ["drover/go", "draft", "go/b"],
        ["drover/docs/2.0", false, "docs/a"]
      ]
    )
  })
})

describe("changesets of one branch", () => {
  const combined = (...all: ReadonlyArray<ChangesetDraft>) => combineDrafts(all)
  const at = (path: string, ...files: ReadonlyArray<string>) => ({ path, diff: diffOf(...files) })
  const why = (...all: ReadonlyArray<ChangesetDraft>) => {
    const { drafts, problems } = combined(...all)
    assert.deepStrictEqual(drafts, [])
    return problems.map(({ message }) => message)
  }

  it("are one, in the order of their folders", () => {
    const { drafts, problems } = combined(only({}, at("b", "b/1")), only({}, at("a", "a/1", "a/2")))
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(
      drafts.map(({ files, paths }) => [paths, files.map(({ path }) => path)]),
      [
        [
          ["a", "b"],
          ["a/1", "a/2", "b/1"]
        ]
      ]
    )
  })

  it("are refused where both change a file, and both are named", () => {
    assert.deepStrictEqual(why(only({}, at("a", "x")), only({}, at("", "x"))), [
      '"drover/upgrade" is the branch of two changesets, that of the root on main and that of a on main, ' +
        "which both change x: put ${{ steps.path }} into the branch's name"
    ])
  })

  it("are refused where one of them moves what the other changes", () => {
    const moved = Buffer.from("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n")
    assert.include(why(only({}, at("a", "x")), only({}, { path: "b", diff: moved }))[0], "both change x")
  })

  it("are refused where they are described differently", () => {
    const titled = { title: "In ${{ steps.path }}", body: "${{ steps.path }}" }
    assert.include(why(only(titled, at("a", "a/1")), only(titled, at("b", "b/1")))[0], "whose titles and bodies differ")
  })

  it("are refused where they start from different branches", () => {
    assert.include(
      why(only({}, at("", "x")), only({}, { ...at("", "y"), branch: "v1" }))[0],
      "that of the root on main and that of the root on v1, which start from different branches"
    )
  })

  it("of different repositories are two", () => {
    assert.lengthOf(combined(only({}, at("", "x")), only({}, { ...at("", "x"), repositoryId: 2 })).drafts, 2)
  })
})

describe("what is published", () => {
  const of = (published: ChangesetTemplate["published"], name = "acme/billing", branch = "fix") =>
    publishedValue(published, name, branch)

  it("is what the spec says, and the person's to say where it says nothing", () => {
    assert.strictEqual(of(true), true)
    assert.strictEqual(of("draft"), "draft")
    assert.strictEqual(of(undefined), null)
    assert.strictEqual(of([{ "other/*": true }]), null)
  })

  it("is what the last glob says that matches", () => {
    const rules = [{ "*": false }, { "acme/*": "draft" as const }, { "acme/billing": true }]
    assert.strictEqual(of(rules), true)
    assert.strictEqual(of(rules, "acme/web"), "draft")
    assert.strictEqual(of(rules, "a/b"), false)
    assert.strictEqual(of([{ "acme/billing": true, "*": false }]), false)
  })

  it("may depend on the branch", () => {
    const rules = [{ "acme/*@fix": true }, { "*@release/*": false }]
    assert.strictEqual(of(rules), true)
    assert.strictEqual(of(rules, "acme/billing", "fixes"), null)
    assert.strictEqual(of(rules, "acme/billing", "release/1"), false)
  })
})
