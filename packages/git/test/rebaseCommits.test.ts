import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { listCommits, Oid, rebaseCommits, resolveCommit } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"
import { nowhere } from "./support/oids.ts"
import { committer, surface } from "./support/surface.ts"

layer(gitLayer(), realTime)("rebaseCommits", (it) => {
  it.effect("replays the head's commits on the base in their order", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      const result = yield* rebaseCommits({ repository, base, head, committer })

      assert.isTrue(result.clean)
      if (!result.clean) return
      const commits = yield* listCommits({ repository, base, head: result.tip })
      const first = result.commits[0] ?? base
      assert.deepStrictEqual(
        commits.map(({ message, oid, parents }) => ({ oid, parents, message })),
        [
          { oid: first, parents: [base], message: "Add b\n" },
          { oid: result.tip, parents: [first], message: "Add c\n\nAnd d.\n" }
        ]
      )
      assert.strictEqual(
        yield* ask(repository, ["ls-tree", "-r", "--name-only", result.tip]),
        "a.txt\nb.txt\nc.txt\nm.txt"
      )
      assert.strictEqual(yield* ask(repository, ["show", "--format=", "--name-only", `${result.tip}^`]), "b.txt")
    })
  )

  it.effect("makes the very commits that git rebase makes", () =>
    Effect.gen(function* () {
      const content = (...lines: ReadonlyArray<string>) => lines.map((line) => `${line}\n`).join("")
      const { commit, path: repository } = yield* TestRepository.make()
      const root = yield* commit("main", { a: content("1", "2", "3", "4", "5", "6", "7"), old: content("x", "y", "z") })
      // a merge of the heads sees one side rename what the other edits; replayed, each commit is merged with that state
      yield* commit("feature", { a: content("eins", "2", "3", "4", "5", "6", "7") }, { from: root })
      yield* commit("feature", { old: content("x", "y", "z", "more") })
      const head = yield* commit("feature", { a: content("1", "2", "3", "4", "5", "6", "sieben"), extra: "e\n" })
      yield* commit("main", { old: null, new: content("x", "y", "z") })
      const base = yield* commit("main", { a: content("1", "2", "3", "vier", "5", "6", "7") })

      const result = yield* rebaseCommits({ repository, base, head, committer })

      assert.isTrue(result.clean)
      if (!result.clean) return
      const { tip } = result
      // git itself, in a work tree
      const work = `${repository}/work`
      const at = "@1767323045 +0000"
      const env = {
        GIT_COMMITTER_NAME: "Lander",
        GIT_COMMITTER_EMAIL: "lander@drover.invalid",
        GIT_COMMITTER_DATE: at,
        GIT_WORK_TREE: work
      }
      yield* ask(repository, ["worktree", "add", "--quiet", "--detach", work, head])
      const checkout = `${repository}/worktrees/work`
      yield* ask(checkout, ["-C", work, "rebase", "--quiet", base], undefined, env)
      assert.strictEqual(tip, yield* resolveCommit({ repository: checkout, revision: "HEAD" }))
    })
  )

  it.effect("keeps authors, dates, zones, encodings and messages byte by byte", () =>
    Effect.gen(function* () {
      const { base, repository, root } = yield* surface
      const tree = yield* ask(repository, ["rev-parse", `${root}^{tree}`])
      const start = `tree ${tree}\nparent ${root}\nauthor J`
      const end = ` <a@b> 1234567890 +0545\ncommitter C <c@d> 2 -0100\nencoding ISO-8859-1\ngpgsig -----\n -----\n\ncaf`
      const bytes = Uint8Array.from([...Buffer.from(start), 0xfc, ...Buffer.from(end), 0xe9])
      const head = Oid.make(yield* ask(repository, ["hash-object", "-t", "commit", "-w", "--stdin"], bytes))

      const result = yield* rebaseCommits({ repository, base, head, committer })

      const object = yield* ask(
        repository,
        ["cat-file", "commit", result.clean ? result.tip : ""],
        undefined,
        {},
        "latin1"
      )
      assert.strictEqual(
        object,
        `tree ${yield* ask(repository, ["rev-parse", `${base}^{tree}`])}\nparent ${base}\nauthor J\u00fc <a@b> 1234567890 +0545\n` +
          `committer Lander <lander@drover.invalid> 1767323045 +0000\nencoding ISO-8859-1\n\ncaf\u00e9`
      )
    })
  )

  it.effect("gives the same ids to the same rebase", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface
      const rebase = rebaseCommits({ repository, base, head, committer })

      assert.deepStrictEqual(yield* rebase, yield* rebase)
    })
  )

  it.effect("writes commits anew that are on the base already", () =>
    Effect.gen(function* () {
      const { head, repository, root } = yield* surface

      const result = yield* rebaseCommits({ repository, base: root, head, committer })

      assert.isTrue(result.clean)
      if (!result.clean) return
      assert.lengthOf(result.commits, 2)
      assert.notStrictEqual(result.tip, head)
      assert.strictEqual(
        yield* ask(repository, ["rev-parse", `${result.tip}^{tree}`]),
        yield* ask(repository, ["rev-parse", `${head}^{tree}`])
      )
    })
  )

  it.effect("leaves out a commit whose change the base has, and keeps one that was empty from the start", () =>
    Effect.gen(function* () {
      const { repository, root, test } = yield* surface
      yield* test.commit("topic", { "m.txt": "m\n" }, { from: root, message: "Add m too" })
      yield* test.commit("topic", {}, { message: "Nothing" })
      const head = yield* test.commit("topic", { "n.txt": "n\n" }, { message: "Add n" })
      const base = yield* test.tip("main")

      const result = yield* rebaseCommits({ repository, base, head, committer })

      const commits = yield* listCommits({ repository, base, head: result.clean ? result.tip : base })
      assert.deepStrictEqual(
        commits.map(({ message }) => message),
        ["Nothing\n", "Add n\n"]
      )
    })
  )

  it.effect("gives the base where nothing is left to replay", () =>
    Effect.gen(function* () {
      const { base, repository, root, test } = yield* surface
      const head = yield* test.commit("topic", { "m.txt": "m\n" }, { from: root })

      assert.deepStrictEqual(yield* rebaseCommits({ repository, base, head, committer }), {
        clean: true,
        tip: base,
        commits: []
      })
      assert.deepInclude(yield* rebaseCommits({ repository, base, head: root, committer }), { tip: base, commits: [] })
    })
  )

  it.effect("names the commit that conflicts, although the branch as a whole would merge", () =>
    Effect.gen(function* () {
      const { base, repository, root, test } = yield* surface
      const guilty = yield* test.commit("topic", { "m.txt": "other\n" }, { from: root })
      const head = yield* test.commit("topic", { "m.txt": null })

      const result = yield* rebaseCommits({ repository, base, head, committer })

      assert.deepStrictEqual(result, { clean: false, commit: guilty, conflictedPaths: ["m.txt"] })
    })
  )

  it.effect("adds nothing to the repository but the new commits and their trees", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface
      const before = yield* filesOf(`${repository}/objects`)

      yield* rebaseCommits({ repository, base, head, committer })

      const files = (yield* filesOf(`${repository}/objects`)).filter((file) => !before.includes(file))
      assert.lengthOf(
        files.filter((file) => file.includes("/")),
        4 // two commits, two trees
      )
    })
  )

  it.effect("refuses merge commits by name", () =>
    Effect.gen(function* () {
      const { base, repository, test } = yield* surface
      const merge = yield* test.merge("feature", "main")
      const head = yield* test.commit("feature", { "d.txt": "d\n" })

      const error = yield* Effect.flip(rebaseCommits({ repository, base, head, committer }))

      assert.deepInclude(error, { _tag: "MergeCommitFound", commit: merge, retryable: false })
      assert.include(error.message, "squash the branch instead")
    })
  )

  it.effect("tells unrelated histories and missing commits apart", () =>
    Effect.gen(function* () {
      const { base, repository, test } = yield* surface
      yield* test.commit("other", { x: "1" }, { from: null })
      const head = yield* test.commit("other", { x: "2" })

      const unrelated = yield* Effect.flip(rebaseCommits({ repository, base, head, committer }))
      const missing = yield* Effect.flip(rebaseCommits({ repository, base: nowhere, head, committer }))

      assert.deepInclude(unrelated, { _tag: "UnrelatedHistories", base, head })
      assert.deepInclude(missing, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("works on SHA-256 repositories", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make({ objectFormat: "sha256" })
      const root = yield* commit("main", { a: "1\n" })
      const base = yield* commit("main", { b: "1\n" })
      const head = yield* commit("feature", { c: "1\n" }, { from: root })

      const result = yield* rebaseCommits({ repository, base, head, committer })

      assert.strictEqual(result.clean && result.tip.length, 64)
    })
  )
})
