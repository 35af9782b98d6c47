import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect, Layer, Metric } from "effect"
import {
  CodeHosts,
  createBulkOperation,
  enqueueChangesets,
  queues,
  routines,
  stores
} from "../../src/batchChanges/index.ts"
import { closePullRequest, listComments } from "../../src/index.ts"
import {
  batchChanges,
  batchSpecs,
  changesetAssociations,
  changesetJobs,
  changesets,
  changesetSpecs,
  namespaces,
  stepResults
} from "../../src/schema.ts"
import { forge } from "../support.ts"
import { scene } from "../support/scene.ts"

const local = Layer.merge(CodeHosts.local, stores).pipe(Layer.provideMerge(forge()))

/** Asks until it is so. */
const until = <A, E, R>(effect: Effect.Effect<A, E, R>, wanted: (found: A) => boolean) =>
  effect.pipe(
    Effect.tap((found) => (wanted(found) ? Effect.void : Effect.sleep("20 millis"))),
    Effect.repeat({ until: wanted })
  )

layer(local, { excludeTestServices: true, timeout: "30 seconds" })("the routines of batch changes", (it) => {
  it.effect("reconcile, do what is asked of many, look at pull requests, and take away what is past its time", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      const { id: pullRequestId, opened, repositoryId } = yield* scene()
      const [namespace] = yield* run((db) =>
        db.insert(namespaces).values({ kind: "organisation", name: "people" }).returning()
      )
      const namespaceId = namespace!.id
      const [batchChange] = yield* run((db) => db.insert(batchChanges).values({ namespaceId, name: "x" }).returning())
      const batchChangeId = batchChange!.id
      const [changeset] = yield* run((db) =>
        db
          .insert(changesets)
          .values({ repositoryId, externalId: String(opened.number) })
          .returning()
      )
      const changesetId = changeset!.id
      yield* run((db) => db.insert(changesetAssociations).values({ changesetId, batchChangeId }))
      const old = sql`now() - interval '40 days'` as never
      yield* run((db) =>
        db.insert(changesetSpecs).values({ repositoryId, kind: "import", externalId: "9", createdAt: old })
      )
      yield* run((db) => db.insert(batchSpecs).values({ namespaceId, source: "", spec: {} as never, createdAt: old }))
      yield* run((db) =>
        db.insert(stepResults).values({ key: "k", result: {} as never, diff: new Uint8Array(), lastUsedAt: old })
      )

      yield* Layer.build(routines({ sync: { interval: "50 millis" } }))
      yield* enqueueChangesets({ changesetIds: [changesetId] })

      const row = run((db) => db.select().from(changesets).where(eq(changesets.id, changesetId)))
      const [imported] = yield* until(row, ([found]) => found!.reconcilerState === "completed")
      assert.strictEqual(imported!.publication, "published")
      assert.strictEqual(imported!.externalState, "open")

      yield* createBulkOperation({
        batchChangeId,
        operation: { type: "comment", message: "On its way" },
        changesetIds: [changesetId]
      })
      yield* until(
        run((db) => db.select().from(changesetJobs)),
        (jobs) => jobs.every(({ state }) => state === "completed")
      )
      assert.lengthOf(yield* listComments({ pullRequestId }), 1)

      yield* closePullRequest(pullRequestId)
      yield* until(row, ([found]) => found!.externalState === "closed")

      for (const table of [changesetSpecs, batchSpecs, stepResults]) {
        yield* until(
          run((db) => db.$count(table)),
          (count) => count === 0
        )
      }
      const metrics = yield* Metric.snapshot
      const deletes = metrics.filter(({ id }) => id === "drover_batches_deletes_total")
      assert.sameMembers(
        deletes.map(({ attributes }) => attributes!["what"]),
        [
          "batch_specs",
          "bulk_operations",
          "changeset_jobs",
          "changeset_specs",
          "changeset_steps",
          "host_budgets",
          "host_deliveries",
          "step_results",
          "workspaces"
        ]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("have queues with names of their own", () =>
    Effect.gen(function* () {
      const names = (yield* queues).map(({ name }) => name)
      assert.deepStrictEqual(names, ["batches_reconciler", "batches_bulk_processor", "batch_spec_workspaces"])
    })
  )
})
