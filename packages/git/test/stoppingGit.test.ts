import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import { Git, mergeTree } from "../src/index.ts"
import * as FakeGit from "./support/FakeGit.ts"
import { gitLayer } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const status = { args: ["status"] } as const
const run = Git.use((git) => git.run(status))

describe("stopping git", () => {
  it.live("kills the process, and what it started, before an interruption completes", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make(FakeGit.holdWithChild)
      const fiber = yield* Effect.forkChild(Effect.provide(run, gitLayer({ searchPath: fake.searchPath })))
      const pids = yield* fake.pids
      assert.deepStrictEqual(pids.map(FakeGit.isAlive), [true, true])

      yield* Fiber.interrupt(fiber)

      assert.deepStrictEqual(pids.map(FakeGit.isAlive), [false, false])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live(
    "kills a process that does not stop when asked to",
    () =>
      Effect.gen(function* () {
        const fake = yield* FakeGit.make(FakeGit.holdStubbornly)
        const git = gitLayer({ searchPath: fake.searchPath, killAfter: "50 millis" })
        const fiber = yield* Effect.forkChild(Effect.provide(run, git))
        const pids = yield* fake.pids

        yield* Fiber.interrupt(fiber)

        assert.deepStrictEqual(pids.map(FakeGit.isAlive), [false])
      }).pipe(Effect.provide(NodeServices.layer)),
    10_000
  )

  it.effect("kills a process at its deadline, which is 60 seconds unless told otherwise", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make(FakeGit.hold)
      const git = gitLayer({ searchPath: fake.searchPath })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(run, git)))
      const pids = yield* fake.pids

      yield* TestClock.adjust("59 seconds")
      assert.deepStrictEqual(pids.map(FakeGit.isAlive), [true])
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(fiber)

      assert.deepInclude(error, { _tag: "GitTimedOut", command: "status", limitMillis: 60_000, retryable: true })
      assert.deepStrictEqual(pids.map(FakeGit.isAlive), [false])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("takes a deadline for the service, and for one command", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make(FakeGit.hold)
      const git = gitLayer({ searchPath: fake.searchPath, deadline: "5 seconds" })
      for (const [deadline, limitMillis] of [
        [undefined, 5000],
        ["2 seconds", 2000]
      ] as const) {
        const command = Git.use((service) => service.run({ ...status, deadline }))
        const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(command, git)))
        yield* fake.pids
        yield* TestClock.adjust(limitMillis)
        assert.deepInclude(yield* Fiber.join(fiber), { _tag: "GitTimedOut", limitMillis })
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("kills a process that writes too much", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make(`echo $$ > "$started"; while :; do echo yes; done`)
      const git = gitLayer({ searchPath: fake.searchPath, maxOutputBytes: 1000 })
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(run, git)))
      const pids = yield* fake.pids

      const error = yield* Fiber.join(fiber)

      assert.deepInclude(error, { _tag: "GitOutputTooLarge", command: "status", limitBytes: 1000, retryable: false })
      assert.deepStrictEqual(pids.map(FakeGit.isAlive), [false])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("removes its temporary folders when it is interrupted", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const temporaryRoot = yield* fileSystem.makeTempDirectoryScoped()
      const fake = yield* FakeGit.make(`: > "$GIT_OBJECT_DIRECTORY/half-written"; ${FakeGit.hold}`)
      const git = gitLayer({ searchPath: fake.searchPath, temporaryRoot })
      const merge = mergeTree({ repository: "/somewhere.git", base: nowhere, head: nowhere })
      const fiber = yield* Effect.forkChild(Effect.provide(merge, git))
      yield* fake.pids
      assert.lengthOf(yield* fileSystem.readDirectory(temporaryRoot), 1)

      yield* Fiber.interrupt(fiber)

      assert.deepStrictEqual(yield* fileSystem.readDirectory(temporaryRoot), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("leaves a process to be retried that somebody else killed", () =>
    Effect.gen(function* () {
      const fake = yield* FakeGit.make("kill -9 $$")

      const error = yield* Effect.flip(Effect.provide(run, gitLayer({ searchPath: fake.searchPath })))

      assert.deepInclude(error, { _tag: "GitFailed", exitCode: null, retryable: true })
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
