import { DatabaseClock } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect, Layer, Option } from "effect"
import { enqueueChangesets, enqueueStatement } from "../../../src/batchChanges/changesets/enqueueChangesets.ts"
import { ReconcilerStore } from "../../../src/batchChanges/changesets/ReconcilerStore.ts"
import { reconcilerChangesets } from "../../../src/schema/changesets.ts"
import { execute, planOf } from "../../support/plans.ts"
import { batchForge } from "../support/world.ts"

/**
 * 100,000 changesets of 50 batch changes and of nobody, of which most are done, 5,000 wait, 5,000 rest, and 5 are worked
 * on. One in ten cannot be worked on at all: its namespace is gone.
 */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute(
      "insert into repositories (id, name, path) select n, 'a/' || n, '/' || n from generate_series(1, 200) n"
    )
    yield* execute(
      `insert into namespaces (id, kind, name, deleted_at)
       select n, 'organisation', 'org-' || n, case when n = 10 then now() end from generate_series(1, 10) n`
    )
    yield* execute(
      "insert into batch_changes (id, namespace_id, name) select n, 1 + n % 10, 'b-' || n from generate_series(1, 50) n"
    )
    yield* execute(
      `insert into changesets (id, repository_id, owner_id, head_ref, turn, reconciler_state, process_after)
       select n, 1 + n % 200, nullif(n % 51, 0), 'b', n,
         case when n <= 85000 then 'completed' when n <= 85005 then 'processing'
              when n <= 95000 then 'errored' else 'queued' end,
         case when n between 85006 and 95000 then now() + interval '1 hour' else now() end
       from generate_series(1, 100000) n`
    )
    yield* execute(
      "insert into changeset_associations (changeset_id, batch_change_id) select id, coalesce(owner_id, 9) from changesets"
    )
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(batchForge()))

/** As the store chooses candidates: through the view, in the order of turns. */
const candidates = sql`
  select ${reconcilerChangesets.id} from ${reconcilerChangesets}
  where ${reconcilerChangesets.reconcilerState} in ('queued', 'errored')
    and ${reconcilerChangesets.processAfter} <= statement_timestamp()
  order by ${reconcilerChangesets.turn}, ${reconcilerChangesets.id} limit ${51}::int`

layer(fixture, { excludeTestServices: true, timeout: "120 seconds" })("among 100,000 changesets", (it) => {
  for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
    it.effect(`those that are next are found in their order, with a ${mode}`, () =>
      Effect.gen(function* () {
        // those that rest are walked over, which shows that nothing is sorted and no table is read
        yield* execute("update changesets set process_after = now() where reconciler_state = 'errored'")
        const { buffers, indexes, scans } = yield* planOf(() => ({ getSQL: () => candidates }), mode)
        assert.include(indexes, "changesets_ready_idx")
        assert.notInclude(scans, "Sort")
        assert.notInclude(scans, "Seq Scan on changesets")
        assert.isBelow(buffers, 1500)
      })
    )

    it.effect(`a hundred of two batch changes and of nobody are enqueued by indexes, with a ${mode}`, () =>
      Effect.gen(function* () {
        const clock = yield* DatabaseClock
        const ids = Array.from({ length: 100 }, (_, n) => 51 * (n + 1) + (n % 3))

        const { buffers, indexes, scans } = yield* planOf(
          () => ({ getSQL: () => enqueueStatement(ids, "queued", clock) }),
          mode
        )

        for (const index of ["changesets_pkey", "changesets_turn_idx", "changesets_processing_idx"]) {
          assert.include(indexes, index)
        }
        assert.notInclude(scans, "Seq Scan")
        assert.isBelow(buffers, 8000)
      })
    )
  }

  it.effect("a claim goes through the view, and passes over what it does not show", () =>
    Effect.gen(function* () {
      yield* execute("update changesets set reconciler_state = 'completed' where reconciler_state <> 'completed'")
      // of the batch change 9, whose namespace is gone; and of the batch change 8
      yield* enqueueChangesets({ changesetIds: [9, 8] })
      const store = yield* ReconcilerStore

      const claim = yield* store.dequeue()
      const next = yield* store.dequeue()

      assert.strictEqual(Option.getOrThrow(claim).id, 8)
      assert.isTrue(Option.isNone(next))
    })
  )
})
