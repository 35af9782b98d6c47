import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Worker } from "../../src/index.ts"
import { TestDatabase } from "../../src/testing/index.ts"
import { makeQueue, quietDatabase } from "./fixtures/queue.ts"

/** A worker in a process of its own, which has said that it handles a record. */
const stuckWorker = (name: string, url: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const script = fileURLToPath(new URL("fixtures/stuckWorker.ts", import.meta.url))
      const child = spawn(process.execPath, [script, name], {
        env: { ...process.env, DATABASE_URL: url },
        stdio: ["ignore", "pipe", "inherit"]
      })
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string]
      return { child, line }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const sigkill = (child: ChildProcess) =>
  Effect.promise(async () => {
    const exit = once(child, "exit")
    child.kill("SIGKILL")
    return (await exit) as [code: number | null, signal: string | null]
  })

layer(quietDatabase(), { excludeTestServices: true })("A worker's process that is killed", (it) => {
  it.effect("leaves its record to another worker, which finishes it", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const queue = yield* makeQueue({ stalledMaxAge: "500 millis" })
      const [id] = yield* queue.add(1)
      const { child, line } = yield* stuckWorker(queue.name, url)
      assert.strictEqual(line, `handling ${id}`)
      const dead = yield* queue.row(id!)
      assert.deepInclude(dead, { state: "processing", attempt: 1 })
      assert.deepStrictEqual(yield* sigkill(child), [null, "SIGKILL"])

      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => claim.completeIn(queue.affect(claim)),
        onError: (): never => assert.fail("nothing should fail"),
        interval: "20 millis",
        resetInterval: "20 millis",
        workerHostname: "the survivor",
        numTotalJobs: 1
      })
      yield* worker.ended

      const row = yield* queue.row(id!)
      assert.deepInclude(row, { state: "completed", attempt: 2, numResets: 1, numFailures: 0 })
      assert.strictEqual(row.workerHostname, "the survivor")
      assert.notStrictEqual(dead.workerHostname, "the survivor")
      assert.deepStrictEqual(yield* queue.effects, [id])
    })
  )

  it.effect("too often, fails its record", () =>
    Effect.gen(function* () {
      const { url } = yield* TestDatabase
      const queue = yield* makeQueue({ stalledMaxAge: "500 millis", maxNumResets: 0, resetFailureMessage: "it kills" })
      const [id] = yield* queue.add(1)
      const { child } = yield* stuckWorker(queue.name, url)
      yield* sigkill(child)
      yield* queue.store.resetStalled.pipe(Effect.repeat({ until: ({ failed }) => failed.size === 1 }))

      assert.deepInclude(yield* queue.row(id!), { state: "failed", failureMessage: "it kills", numResets: 0 })
    })
  )
})
