import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { commitTree, readCommit } from "../src/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import { committer, surface } from "./support/surface.ts"

layer(gitLayer(), realTime)("readCommit", (it) => {
  it.effect("gives who made a commit, when, of what and on top of what", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface
      const tree = (yield* ask(repository, ["rev-parse", `${base}^{tree}`])) as never
      const author = { name: "Ada", email: "ada@example.com", at: DateTime.makeUnsafe(1_600_000_000_000) }
      const parents = [base, head]
      const oid = yield* commitTree({ repository, tree, parents, message: "One\n\nTwo", author, committer })

      const { committer: by, ...read } = yield* readCommit({ repository, commit: oid })

      assert.deepInclude(read, { oid, tree, parents, message: "One\n\nTwo\n" })
      assert.strictEqual(read.author.name, "Ada")
      assert.strictEqual(by.name, "Lander")
      assert.strictEqual(by.at.epochMilliseconds, committer.at.epochMilliseconds)
    })
  )

  it.effect("says so when there is no such commit", () =>
    Effect.gen(function* () {
      const { repository } = yield* surface

      const error = yield* Effect.flip(readCommit({ repository, commit: nowhere }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
