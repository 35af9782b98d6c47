import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Git } from "../src/index.ts"
import * as FakeGit from "./support/FakeGit.ts"
import { gitLayer } from "./support/layers.ts"

const run = Git.use((git) => git.run({ args: ["status"] }))

describe("finding git", () => {
  it.live("gives the version that answered", () =>
    Effect.gen(function* () {
      assert.match(yield* Git.use((git) => Effect.succeed(git.version)), /^\d+\.\d+/)
    }).pipe(Effect.provide(gitLayer()))
  )

  it.live("says how to mend a host without git", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(run, gitLayer({ searchPath: "/nowhere/at/all" })))

      assert.deepInclude(error, { _tag: "GitNotInstalled", found: null, retryable: true })
      assert.include(error.message, "install git 2.38 or later")
    })
  )

  it.live("refuses a git that is too old to merge, and takes the first that can", () =>
    Effect.gen(function* () {
      const attempt = Effect.fnUntraced(function* (version: string) {
        const fake = yield* FakeGit.make("echo ran", `git version ${version}`)
        return yield* Effect.provide(run, gitLayer({ searchPath: fake.searchPath }))
      })

      for (const old of ["2.37.9", "1.99"]) {
        assert.deepInclude(yield* Effect.flip(attempt(old)), { _tag: "GitNotInstalled", found: old })
      }
      assert.deepInclude(yield* Effect.flip(attempt("of no use")), { _tag: "GitNotInstalled", found: null })
      for (const recent of ["2.38.0", "2.39.5 (Apple Git-154)", "3.0.0"]) yield* attempt(recent)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
