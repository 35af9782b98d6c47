/**
 * Many repositories of the forge, and batch changes that change a file in each.
 */
import { Database, JobQueue } from "@drover/core"
import { Git } from "@drover/git"
import { changesets, createUser, pullRequests, registerRepository } from "@drover/handlers"
import {
  applyBatchSpec,
  bulkProcessor,
  BulkStore,
  CodeHosts,
  createBatchSpec,
  createBulkOperation,
  ReconcilerStore,
  reconcilerWorker,
  stores
} from "@drover/handlers/batchChanges"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Logger, ManagedRuntime, Redacted, Schedule } from "effect"
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { now } from "../clock.ts"
import { bareChanges } from "./bareChanges.ts"
import { fleetHistory, type FleetSize, newFile, specOf } from "./fleetHistory.ts"

export interface Fleet {
  /** Milliseconds of the git commands alone, on copies of the repositories. */
  readonly bare: () => Promise<{ readonly publish: number; readonly merge: number }>
  /** Milliseconds from applied batch specs to pull requests, and from a bulk operation for each to merges. */
  readonly publish: () => Promise<number>
  readonly merge: () => Promise<number>
  /** Changesets that are open and merged, and pull requests that are merged. */
  readonly counts: () => Promise<{ readonly open: number; readonly merged: number; readonly pulls: number }>
  readonly close: () => Promise<void>
}

const LOGIN = "bench"

export const openFleet = async (databaseUrl: string, size: FleetSize): Promise<Fleet> => {
  const folder = mkdtempSync(join(tmpdir(), "drover-bench-fleet-"))
  const numbered = Array.from({ length: size.repositories }, (_, index) => `fleet/${String(index).padStart(4, "0")}`)
  const pathOf = (root: string, name: string) => join(folder, root, `${name}.git`)
  for (const name of numbered) {
    const path = pathOf("repositories", name)
    const options = { env: { PATH: process.env["PATH"], LC_ALL: "C" } }
    execFileSync("git", ["init", "--bare", "--quiet", "--initial-branch=main", path], options)
    execFileSync("git", [`--git-dir=${path}`, "fast-import", "--quiet"], {
      ...options,
      input: fleetHistory(size.files)
    })
  }
  // before there are hooks
  cpSync(join(folder, "repositories"), join(folder, "copies"), { recursive: true })
  const changes = Array.from({ length: size.batchChanges }, (_, index) => `change-${index}`)

  const runtime = ManagedRuntime.make(
    stores.pipe(
      Layer.provideMerge(CodeHosts.local),
      Layer.provideMerge(Layer.mergeAll(JobQueue.layer, Git.layer())),
      Layer.provideMerge(Database.layer({ url: Redacted.make(databaseUrl) })),
      Layer.provideMerge(NodeServices.layer),
      Layer.provideMerge(Logger.layer([]))
    )
  )
  await runtime.runPromise(
    Effect.forEach(numbered, (name) => registerRepository({ name, path: pathOf("repositories", name) }))
  )
  const user = await runtime.runPromise(createUser({ login: LOGIN, email: `${LOGIN}@drover.invalid` }))

  const untilNone = <E, R>(count: Effect.Effect<number, E, R>) =>
    count.pipe(Effect.repeat({ until: (waiting) => waiting === 0, schedule: Schedule.spaced("50 millis") }))

  let batchChangeIds: ReadonlyArray<number> = []
  return {
    bare: () =>
      bareChanges(
        changes.flatMap((branch) =>
          numbered.map((name) => ({ branch, diff: newFile(branch), path: pathOf("copies", name) }))
        )
      ),
    publish: async () => {
      batchChangeIds = await runtime.runPromise(
        Effect.forEach(changes, (branch) =>
          Effect.gen(function* () {
            const source = specOf(branch, numbered)
            const { batchSpec } = yield* createBatchSpec({ source, namespace: user.login })
            return (yield* applyBatchSpec({ batchSpecId: batchSpec.id })).batchChange.id
          })
        )
      )
      const began = now()
      await runtime.runPromise(
        Effect.scoped(
          Effect.andThen(
            Layer.build(reconcilerWorker()),
            Effect.flatMap(ReconcilerStore, ({ queuedCount }) => untilNone(queuedCount({ processingToo: true })))
          )
        )
      )
      return now() - began
    },
    merge: async () => {
      const operation = { type: "merge", method: "squash" } as const
      await runtime.runPromise(
        Effect.forEach(batchChangeIds, (batchChangeId) =>
          createBulkOperation({ batchChangeId, matching: {}, operation })
        )
      )
      const began = now()
      await runtime.runPromise(
        Effect.scoped(
          Effect.andThen(
            Layer.build(bulkProcessor()),
            Effect.flatMap(BulkStore, ({ queuedCount }) => untilNone(queuedCount({ processingToo: true })))
          )
        )
      )
      return now() - began
    },
    counts: () =>
      runtime.runPromise(
        Database.use(({ run }) =>
          Effect.gen(function* () {
            const states = yield* run((db) => db.select({ state: changesets.computedState }).from(changesets))
            const pulls = yield* run((db) => db.select({ state: pullRequests.state }).from(pullRequests))
            const count = (rows: ReadonlyArray<{ readonly state: string }>, state: string) =>
              rows.filter((row) => row.state === state).length
            return { open: count(states, "open"), merged: count(states, "merged"), pulls: count(pulls, "merged") }
          })
        )
      ),
    close: async () => {
      await runtime.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
