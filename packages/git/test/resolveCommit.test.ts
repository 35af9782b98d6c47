import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { resolveCommit } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import * as Spawns from "./support/Spawns.ts"

layer(gitLayer(), realTime)("resolveCommit", (it) => {
  it.effect("finds a commit by branch, id, short id and expression", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const first = yield* commit("main", { a: "1" })
      const second = yield* commit("main", { a: "2" })

      const revisions = ["main", "refs/heads/main", second, second.slice(0, 12), "HEAD"]
      const found = yield* Effect.forEach(revisions, (revision) => resolveCommit({ repository, revision }))

      assert.deepStrictEqual(
        found,
        revisions.map(() => second)
      )
      assert.strictEqual(yield* resolveCommit({ repository, revision: "main~1" }), first)
    })
  )

  it.effect("refuses what names no commit, and never takes it for an option", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      yield* commit("main", { a: "1" })
      const blob = yield* ask(repository, ["rev-parse", "main:a"])

      for (const revision of ["gone", nowhere, blob, "", "main..main", "--all", "--git-dir", "-h", "a\0b", "a\nb"]) {
        const error = yield* Effect.flip(resolveCommit({ repository, revision }))
        assert.deepInclude(error, { _tag: "RevisionNotFound", revision })
      }
    })
  )

  it.effect("finds nothing in an empty repository", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()

      const error = yield* Effect.flip(resolveCommit({ repository, revision: "HEAD" }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: "HEAD" })
    })
  )
})

layer(Spawns.layer(), realTime)("resolveCommit of what could be an option", (it) => {
  it.effect("asks git nothing", () =>
    Effect.gen(function* () {
      const spawns = yield* Spawns.Spawns
      const before = spawns.total()

      for (const revision of ["--upload-pack=touch ran", "-h", "-"]) {
        const error = yield* Effect.flip(resolveCommit({ repository: "/nowhere/at/all.git", revision }))
        assert.deepInclude(error, { _tag: "RevisionNotFound", revision })
      }

      assert.strictEqual(spawns.total(), before)
    })
  )
})
