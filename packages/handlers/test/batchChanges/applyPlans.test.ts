import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { selectConcerned } from "../../src/batchChanges/apply/readWorld.ts"
import { selectCounts } from "../../src/batchChanges/reads/changesetCounts.ts"
import { selectChangesets } from "../../src/batchChanges/reads/listChangesets.ts"
import { execute, planOf } from "../support/plans.ts"
import { batchForge } from "./support/world.ts"

/** 40,000 changesets of 200 batch changes in 1,000 repositories. */
const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("insert into users (id, login) values (901, 'somebody')")
    yield* execute("insert into namespaces (id, kind, name, user_id) values (901, 'user', 'somebody', 901)")
    yield* execute(
      "insert into repositories (id, name, path) select n, 'a/' || n, '/' || n from generate_series(1, 1000) n"
    )
    yield* execute(
      "insert into batch_changes (id, namespace_id, name) select n, 901, 'b' || n from generate_series(1, 200) n"
    )
    yield* execute(
      `insert into batch_specs (id, namespace_id, source, spec) select n, 901, '', '{"name":"b"}' from generate_series(1, 200) n`
    )
    yield* execute(
      `insert into changeset_specs (id, batch_spec_id, repository_id, kind, head_ref, diff)
       select n, 1 + n % 200, 1 + n / 40, 'branch', 'h' || n % 200, '' from generate_series(1, 39900) n`
    )
    yield* execute(
      `insert into changesets (id, repository_id, owner_id, current_spec_id, head_ref, external_id)
       select n, 1 + n / 40, 1 + n % 200, n, 'h' || n % 200, n from generate_series(1, 39900) n`
    )
    yield* execute(
      "insert into changeset_associations (changeset_id, batch_change_id) select n, 1 + n % 200 from generate_series(1, 39900) n"
    )
    yield* execute("vacuum analyze")
  })
).pipe(Layer.provideMerge(batchForge()))

layer(fixture, { excludeTestServices: true, timeout: "60 seconds" })("among 40,000 changesets", (it) => {
  for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
    it.effect(`those that a spec has to do with are found by indexes (${mode})`, () =>
      Effect.gen(function* () {
        const { buffers, scans } = yield* planOf((db) => selectConcerned(db, { id: 7 }, { id: 7 }), mode)
        assert.notInclude(scans, "Seq Scan")
        assert.isBelow(buffers, 5000)
      })
    )

    it.effect(`a page of a batch change's is read in the order of its index (${mode})`, () =>
      Effect.gen(function* () {
        const { buffers, indexes } = yield* planOf(
          (db) => selectChangesets(db, { batchChangeId: 7, limit: 20, actorId: 901 }),
          mode
        )
        assert.include(indexes, "changeset_associations_batch_change_idx")
        assert.isBelow(buffers, 3000)
      })
    )

    it.effect(`they are counted by the association's index (${mode})`, () =>
      Effect.gen(function* () {
        const { buffers, indexes } = yield* planOf((db) => selectCounts(db, [7, 8]), mode)
        assert.include(indexes, "changeset_associations_batch_change_idx")
        assert.isBelow(buffers, 3000)
      })
    )
  }
})
