import { TestDatabase } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { recomputeUnknown } from "../src/index.ts"
import { emptyRepository, git, member, ok, served, stillHook, workTree } from "./support/served.ts"
import { eventsOf, linesOf } from "./support/told.ts"

const program = fileURLToPath(new URL("fixtures/server.ts", import.meta.url))

/** The forge as a process of its own; gives its port. */
const startServer = Effect.gen(function* () {
  const { url } = yield* TestDatabase
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [program, url], { stdio: ["ignore", "pipe", "inherit"] })),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  const [line] = yield* Effect.promise(() => once(child.stdout, "data"))
  return { child, port: Number(String(line).trim()) }
})

/** Waits, by asking, until something is told. */
const told = (repositoryId: number) =>
  eventsOf(repositoryId).pipe(
    Effect.repeat({ until: (rows) => rows.length > 0 }),
    Effect.andThen(linesOf(repositoryId))
  )

layer(served(), { excludeTestServices: true })("a push", (it) => {
  for (const [where, name, when] of [
    ["after git was done", "post-receive", "true"],
    ["when git had only just moved the refs", "reference-transaction", '[ "$1" = committed ]']
  ] as const) {
    it.effect(`whose client goes away ${where} is recorded as its pusher's`, () =>
      Effect.gen(function* () {
        const repository = yield* emptyRepository()
        const { id, url } = yield* member(repository, "write")
        const path = yield* workTree(url)
        const hook = yield* stillHook(repository, name, when)
        const push = yield* Effect.forkChild(git(path, "push", "origin", "main"))
        yield* hook.reached
        assert.deepStrictEqual(yield* linesOf(repository.id), [])

        yield* Fiber.interrupt(push)

        assert.deepStrictEqual(yield* told(repository.id), [`create main ${id}`, `push refs/heads/main ${id}`])
        assert.strictEqual(yield* ok(repository.path, "rev-parse", "main"), yield* ok(path, "rev-parse", "main"))
      })
    )
  }

  it.effect("is found by the sweep where the server was killed before it could record it", () =>
    Effect.gen(function* () {
      const repository = yield* emptyRepository()
      const { url } = yield* member(repository, "write")
      const path = yield* workTree(url)
      const hook = yield* stillHook(repository, "post-receive")
      const { child, port } = yield* startServer
      const push = yield* Effect.forkChild(git(path, "push", url.replace(/:\d+\//, `:${port}/`), "main"))
      yield* hook.reached

      child.kill("SIGKILL")
      yield* Effect.promise(() => once(child, "exit"))
      yield* hook.go

      assert.notStrictEqual((yield* Fiber.join(push)).code, 0)
      assert.deepStrictEqual(yield* linesOf(repository.id), [])
      yield* recomputeUnknown({ olderThan: 0, limit: 1000 })
      assert.deepStrictEqual(yield* linesOf(repository.id), ["create main nobody", "push refs/heads/main nobody"])
    })
  )
})
