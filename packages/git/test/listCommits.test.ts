import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { listCommits, Oid } from "../src/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import { surface } from "./support/surface.ts"

layer(gitLayer(), realTime)("listCommits", (it) => {
  it.effect("gives the commits that only the head has, oldest first", () =>
    Effect.gen(function* () {
      const { base, first, head, repository, root } = yield* surface

      const commits = yield* listCommits({ repository, base, head })

      assert.deepStrictEqual(
        commits.map(({ message, oid, parents }) => ({ oid, parents, message })),
        [
          { oid: first, parents: [root], message: "Add b\n" },
          { oid: head, parents: [first], message: "Add c\n\nAnd d.\n" }
        ]
      )
      assert.strictEqual(commits[1]?.tree, yield* ask(repository, ["rev-parse", `${head}^{tree}`]))
    })
  )

  it.effect("tells who wrote a commit, and when", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      const [commit] = yield* listCommits({ repository, base, head })

      const at = yield* ask(repository, ["log", "-1", "--format=%at", `${head}^`])
      assert.deepInclude(commit?.author, { name: "Test", email: "test@drover.invalid" })
      assert.strictEqual(commit && DateTime.toEpochMillis(commit.author.at) / 1000, Number(at))
    })
  )

  it.effect("gives merge commits with all their parents", () =>
    Effect.gen(function* () {
      const { base, head, repository, test } = yield* surface
      const merge = yield* test.merge("feature", "main")

      const commits = yield* listCommits({ repository, base, head: merge })

      assert.deepStrictEqual(commits.at(-1)?.parents, [head, base])
      assert.lengthOf(commits, 3)
    })
  )

  it.effect("gives none where the head is in the base", () =>
    Effect.gen(function* () {
      const { base, repository, root } = yield* surface

      assert.deepStrictEqual(yield* listCommits({ repository, base, head: root }), [])
    })
  )

  it.effect("passes over a signature, and keeps a message that looks like a header", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface
      const tree = yield* ask(repository, ["rev-parse", `${head}^{tree}`])
      const signed = yield* ask(
        repository,
        ["hash-object", "-t", "commit", "-w", "--stdin"],
        `tree ${tree}\nparent ${base}\nauthor A <a@b> 1 +0100\ncommitter C <c@d> 2 -0100\ngpgsig -----BEGIN\n tree of lies\n \n -----END\n\nparent ${base}\n\nbody`
      )

      const [commit] = yield* listCommits({ repository, base, head: Oid.make(signed) })

      assert.deepInclude(commit, { tree: Oid.make(tree), parents: [base], message: `parent ${base}\n\nbody` })
      assert.strictEqual(commit?.committer.at.epochMilliseconds, 2000)
    })
  )

  it.effect("names the commit that does not exist", () =>
    Effect.gen(function* () {
      const { head, repository } = yield* surface

      const error = yield* Effect.flip(listCommits({ repository, base: nowhere, head }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
