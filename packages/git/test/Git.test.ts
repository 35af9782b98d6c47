import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Git } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"
import * as Spawns from "./support/Spawns.ts"

layer(gitLayer(), realTime)("running git", (it) => {
  it.effect("gives what it wrote, byte for byte, and feeds it what it reads", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const { path: repository } = yield* TestRepository.make()
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
      const oid = yield* ask(repository, ["hash-object", "-w", "--stdin"], bytes)

      const output = yield* git.run({ args: ["cat-file", "blob", oid], repository })

      assert.isTrue(Buffer.from(output.stdout).equals(bytes))
    })
  )

  it.effect("does not mind a process that ends without reading its input", () =>
    Effect.gen(function* () {
      const git = yield* Git

      const output = yield* git.run({ args: ["version"], stdin: new Uint8Array(5_000_000) })

      assert.strictEqual(output.exitCode, 0)
    })
  )

  it.effect("tells what failed, with what git said", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const { path: repository } = yield* TestRepository.make()

      const error = yield* Effect.flip(git.run({ args: ["cat-file", "blob", nowhere], repository }))

      assert.deepInclude(error, { _tag: "GitFailed", exitCode: 128, retryable: true })
      assert.include(error.message, `git cat-file blob ${nowhere} failed with exit code 128: fatal:`)
    })
  )

  it.effect("does not ask for a command to be repeated that git does not understand", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const { path: repository } = yield* TestRepository.make()

      const error = yield* Effect.flip(git.run({ args: ["rev-list", "--no-such-option"], repository }))

      assert.deepInclude(error, { _tag: "GitFailed", exitCode: 129, retryable: false })
    })
  )

  it.effect("passes arguments without a shell", () =>
    Effect.gen(function* () {
      const { path } = yield* TestRepository.make()
      const odd = `$(touch ${path}/ran) "; * \n`

      const answer = yield* ask(path, ["rev-parse", "--sq-quote", odd])

      assert.strictEqual(answer, ` '${odd}'`)
    })
  )

  it.effect("takes no path with a NUL in it for a repository", () =>
    Effect.gen(function* () {
      const git = yield* Git

      const error = yield* Effect.flip(git.run({ args: ["status"], repository: "a\0b" }))

      assert.deepInclude(error, { _tag: "RepositoryNotFound", path: "a\0b" })
    })
  )
})

layer(Spawns.layer({ maxProcesses: 3 }), realTime)("processes at once", (it) => {
  it.effect("stay within the limit", () =>
    Effect.gen(function* () {
      const git = yield* Git
      const spawns = yield* Spawns.Spawns

      yield* Effect.forEach(Array.from({ length: 20 }), () => git.run({ args: ["version"] }), {
        concurrency: "unbounded"
      })

      assert.strictEqual(spawns.peak(), 3)
    })
  )
})
