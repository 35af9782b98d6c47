import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { parseBatchSpec, type ResolvedSpec, resolveWorkspaces } from "../../src/batchChanges/index.ts"
import { type ActorId, createUser, reindexCode, setRole } from "../../src/index.ts"
import { alterRepository } from "../support/codeIndex.ts"
import { type Commit, repositoryOf } from "../support/history.ts"
import { registerRepository } from "../../src/index.ts"
import { specForge } from "./support/specs.ts"

let made = 0

/** An organisation of repositories that no other test knows. */
const organisation = () => {
  const organisationName = `org${made++}`
  return {
    org: organisationName,
    add: Effect.fnUntraced(function* (
      name: string,
      files: Commit["files"] = { "a.txt": "one\n" },
      branches: ReadonlyArray<string> = []
    ) {
      const git = yield* repositoryOf(
        { on: "main", from: null, files },
        ...branches.map((branch) => ({ on: branch, from: "main", files: { [`${branch}.txt`]: "x\n" } }))
      )
      const { id } = yield* registerRepository({ name: `${organisationName}/${name}`, path: git.path })
      return { id, name: `${organisationName}/${name}`, path: git.path, tip: git.tip }
    })
  }
}

const END = `
changesetTemplate: { title: Change, branch: change, commit: { message: Change } }
`
const STEPS = `
steps: [{ run: "true" }]
`
const spec = (text: string, rest = STEPS) => `name: a-spec\n${text}${rest}${END}`

const resolve = Effect.fnUntraced(function* (source: string, actorId?: ActorId) {
  return yield* resolveWorkspaces(yield* parseBatchSpec(source), { source, actorId })
})

const places = ({ workspaces }: ResolvedSpec) =>
  workspaces.map(({ branch, path, repository }) => `${repository.replace(/^org\d+\//, "")}@${branch}:${path}`)

const problems = (source: string, actorId?: ActorId) =>
  Effect.map(Effect.flip(resolve(source, actorId)), (error) => {
    if (error._tag !== "BatchSpecUnresolved") throw error
    return error.problems.map(
      ({ column, kind, line, message }) => `${line}:${column} ${kind}: ${message.replaceAll(/org\d+\//g, "")}`
    )
  })

layer(specForge(), { excludeTestServices: true })("the workspaces of a batch spec", (it) => {
  it.effect("are the branches that it names, where they are now, once each", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const { id, tip } = yield* add("one", {}, ["next"])
      yield* add("two", {}, ["next"])
      const resolved = yield* resolve(
        spec(`on:
  - repository: ${org}/*
  - { repository: ${org}/one, branch: next }
  - { repository: ${org}/one, branches: [main, next] }`)
      )

      assert.deepStrictEqual(places(resolved), ["one@main:", "one@next:", "two@main:"])
      assert.deepStrictEqual(resolved.workspaces[1], {
        repositoryId: id,
        repository: `${org}/one`,
        branch: "next",
        baseSha: yield* tip("next"),
        path: "",
        onlyFetchWorkspace: false,
        searchResultPaths: []
      })
    })
  )

  it.effect("lie in repositories that the author may read, and no others are told of", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const open = yield* add("open")
      const mine = yield* add("mine")
      yield* add("secret")
      yield* alterRepository(open.id, { visibility: "public" })
      const { id: userId } = yield* createUser({ login: `author-${org}` })
      yield* setRole({ repositoryId: mine.id, userId, role: "read" })

      assert.deepStrictEqual(places(yield* resolve(spec(`on: [{ repository: ${org}/* }]`), userId)), [
        "mine@main:",
        "open@main:"
      ])
      assert.deepStrictEqual(yield* problems(spec(`on: [{ repository: ${org}/secret }]`), userId), [
        '2:8 repository: there is no repository "secret", or none that you may read: check the name'
      ])
    })
  )

  it.effect("leave out what takes no changes or has no such branch, and say why", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      yield* add("good", {}, ["next"])
      const archived = yield* add("archived", {}, ["next"])
      const deleted = yield* add("deleted", {}, ["next"])
      yield* add("other")
      yield* alterRepository(archived.id, { archivedAt: new Date() })
      yield* alterRepository(deleted.id, { deletedAt: new Date() })
      const resolved = yield* resolve(
        spec(`on: [{ repository: ${org}/*, branch: next }, { repository: ${org}/archived }]`)
      )

      assert.deepStrictEqual(places(resolved), ["good@next:"])
      assert.deepStrictEqual(
        resolved.skipped.map(({ message, repository, why }) => [repository, why, message]),
        [
          [`${org}/archived`, "archived", `${org}/archived is archived: it takes no changes`],
          [`${org}/deleted`, "deleted", `${org}/deleted is deleted: it takes no changes`],
          [`${org}/other`, "no-branch", `${org}/other has no branch next: check the name`]
        ]
      )
    })
  )

  it.effect("tell everything that there is not at once, and where it is said", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      yield* add("one")
      assert.deepStrictEqual(
        yield* problems(
          spec(`on:
  - repository: ${org}/none
  - repository: nobody*/x
  - repository: ${org}/one
    branches: [main, gone, "bad..name"]
  - repositoriesMatchingQuery: "a"
importChangesets:
  - repository: ${org}/nothing
    externalIDs: [1]
  - repository: ${org}/one
    externalIDs: [5, x, 0]`)
        ),
        [
          '3:5 repository: there is no repository "none", or none that you may read: check the name',
          '4:5 repository: no repository that you may read is called like "nobody*/x": check it. `*` stands for anything but a slash',
          "6:22 branch: one has no branch gone: check the name",
          '6:28 branch: The branch "bad..name" cannot be used because it has two dots in a row: choose another',
          "7:5 query: a (at 1 of the query) is too short to be found by an index: use three letters or digits in a row, or narrow it with repo: or path:",
          '9:5 repository: there is no repository "nothing", or none that you may read: check the name',
          '12:22 import: "x" is no number of a pull request',
          "12:25 import: 0 is no number of a pull request"
        ]
      )
    })
  )

  it.effect("come of a search, with the paths that it found", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const files = { "x/lodash.json": "lodash\n", "a.ts": "import lodash\n", "b.ts": "none\n" }
      const one = yield* add("one", files)
      const two = yield* add("two", { "c.ts": "const lodash = 1\n" })
      const old = yield* add("old", files)
      const three = yield* add("three", { "c.ts": "nothing\n" })
      yield* add("unindexed")
      for (const { id } of [one, two, old, three]) yield* reindexCode(id)
      yield* alterRepository(old.id, { archivedAt: new Date() })
      const resolved = yield* resolve(
        spec(`on:
  - repositoriesMatchingQuery: "lodash repo:${org}/*"
  - repositoriesMatchingQuery: "none repo:${org}/*"
  - repository: ${org}/one`)
      )

      assert.deepStrictEqual(
        resolved.workspaces.map(({ repository, searchResultPaths }) => [repository, searchResultPaths]),
        [
          [one.name, ["a.ts", "b.ts", "x/lodash.json"]],
          [two.name, ["c.ts"]]
        ]
      )
      assert.deepStrictEqual(
        resolved.skipped.map(({ repository, why }) => [repository, why]),
        [[old.name, "archived"]]
      )
      assert.deepStrictEqual(resolved.warnings, [`The search may have missed ${org}/unindexed: it is not indexed yet`])
    })
  )

  it.effect("come of every repository that a search finds, however many files it finds", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const many = Object.fromEntries(Array.from({ length: 1100 }, (_, n) => [`f${n}.txt`, "needle in it\n"]))
      const { id } = yield* add("large", many)
      const small = yield* add("small", { "very/long/path/to/a/file.txt": "needle in it\n" })
      yield* reindexCode(id)
      yield* reindexCode(small.id)
      const { workspaces } = yield* resolve(spec(`on: [{ repositoriesMatchingQuery: "needle repo:${org}/*" }]`))

      assert.deepStrictEqual(
        workspaces.map(({ repository, searchResultPaths }) => [repository, searchResultPaths.length]),
        [
          [`${org}/large`, 1000],
          [`${org}/small`, 1]
        ]
      )
    })
  )

  it.effect("are the folders that have the file, in the repositories that the rule is for", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      yield* add("mono", { "go.mod": "", "a/go.mod": "", "a/b/go.mod": "", "c/xgo.mod": "", "c/go.mod.bak": "" })
      yield* add("plain", { "x/package.json": "" })
      yield* add("rest", { "go.mod": "" })
      const resolved = yield* resolve(
        spec(`on: [{ repository: ${org}/* }]
workspaces:
  - { rootAtLocationOf: go.mod, in: "*/[mono]" }
  - { rootAtLocationOf: go.mod, in: "*/mono", onlyFetchWorkspace: true }
  - { rootAtLocationOf: go.mod, in: "*/p*" }`)
      )

      assert.deepStrictEqual(
        resolved.workspaces.map(({ onlyFetchWorkspace, path, repository }) => [
          repository.slice(org.length + 1),
          path,
          onlyFetchWorkspace
        ]),
        [
          ["mono", "", false],
          ["mono", "a", true],
          ["mono", "a/b", true],
          ["rest", "", false]
        ]
      )
      assert.deepStrictEqual(
        resolved.skipped.map(({ message }) => message),
        [`${org}/plain has no file called go.mod on main`]
      )
      assert.deepStrictEqual(
        yield* problems(
          spec(`on: [{ repository: ${org}/mono }]
workspaces:
  - rootAtLocationOf: go.mod
  - { rootAtLocationOf: x, in: "*/m*" }`)
        ),
        ["5:5 workspace: mono is one of workspaces[0] already: let `in` of only one of them match it"]
      )
    })
  )

  it.effect("name the pull requests to follow once each, also of archived repositories", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const { id, name } = yield* add("one")
      yield* alterRepository(id, { archivedAt: new Date() })
      const { imports, workspaces } = yield* resolve(
        `name: a-spec
importChangesets:
  - { repository: ${org}/one, externalIDs: [2, "1", 2] }
  - { repository: ${org}/one, externalIDs: ["1", 3] }`
      )

      assert.deepStrictEqual(workspaces, [])
      assert.deepStrictEqual(
        imports,
        ["2", "1", "3"].map((externalId) => ({ repositoryId: id, repository: name, externalId }))
      )
    })
  )

  it.effect("bring their diffs, if those apply to the branches as they are", () =>
    Effect.gen(function* () {
      const { add, org } = organisation()
      const { tip } = yield* add("one", { "a.txt": "one\n" }, ["next"])
      const diff = (from: string) =>
        ["--- a/a.txt", "+++ b/a.txt", "@@ -1 +1 @@", `-${from}`, "+two"].map((line) => `      ${line}`).join("\n")
      const { workspaces } = yield* resolve(
        spec(`diffs:\n  - repository: ${org}/one\n    branch: next\n    diff: |-\n${diff("one")}`, "")
      )

      assert.deepStrictEqual(
        workspaces.map(({ baseSha, branch, ready }) => [branch, baseSha, ready?.result.changedPaths.modified]),
        [["next", yield* tip("next"), ["a.txt"]]]
      )
      assert.include(Buffer.from(workspaces[0]!.ready!.diff).toString(), "-one\n+two\n")

      const wrong = (text: string) => problems(spec(`diffs:\n  - repository: ${org}/one\n    diff: |\n${text}`, ""))
      assert.deepStrictEqual(yield* wrong(diff("three")), [
        "4:5 diff: it does not apply to main of one: patch failed: a.txt:1; a.txt: patch does not apply. Make it anew from the branch"
      ])
      assert.match(
        (yield* wrong("      nonsense"))[0]!,
        /^4:5 diff: it does not apply to main of one: No valid patches in input/
      )
      const torn = diff("one").split("\n").slice(0, -1).join("\n")
      assert.match((yield* wrong(torn))[0]!, /^4:5 diff: it does not apply to main of one: corrupt patch/)
      const outside = diff("one").replaceAll("a.txt", "../a.txt")
      assert.match((yield* wrong(outside))[0]!, /^4:5 diff: it does not apply to main of one: /)
    })
  )

  it.effect("write nothing to the repositories that they look at", () =>
    Effect.gen(function* () {
      const { readdirSync } = yield* Effect.promise(() => import("node:fs"))
      const { add, org } = organisation()
      const { path } = yield* add("one", { "a.txt": "one\n" })
      const before = readdirSync(path, { recursive: true })
      const lines = ["--- a/a.txt", "+++ b/a.txt", "@@ -1 +1 @@", "-one", "+two"]
        .map((line) => `      ${line}\n`)
        .join("")
      yield* resolve(spec(`diffs:\n  - repository: ${org}/one\n    diff: |\n${lines}`, ""))

      assert.deepStrictEqual(readdirSync(path, { recursive: true }), before)
    })
  )
})
