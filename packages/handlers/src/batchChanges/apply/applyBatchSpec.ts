/**
 * Applies a batch spec: one transaction decides and writes down what becomes of every changeset, and the reconciler does
 * the rest.
 *
 * It holds all changesets concerned from the moment it looks at them, so that what it decided is what it writes: none is
 * claimed meanwhile, and what was queued for an older spec is queued anew, for this one. One that the reconciler is at
 * just then is looked at once more when it is done; nothing waits for it.
 *
 * Applies go one by one, so that no two make one branch: `changesets` has no rule that forbids it, for a branch may
 * change hands. Served by what `readWorld` and `requireBatchSpec` name.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { CodeHosts } from "../host/CodeHosts.ts"
import type { Applied, ApplyBatchSpec } from "./Applied.ts"
import { BatchChangeExists, ChangesetsRefused, PlanMoved } from "./ApplyError.ts"
import { checkPublications } from "./checkPublications.ts"
import { type Decided, decide } from "./decide.ts"
import { describeMoves } from "./describeMoves.ts"
import { shown } from "./previewBatchSpec.ts"
import { readWorld } from "./readWorld.ts"
import { refusalsOf } from "./refusalsOf.ts"
import { batchChangeFor, requireBatchSpec } from "./requireBatchSpec.ts"
import type { World } from "./World.ts"
import { writeDecisions } from "./writeDecisions.ts"

/** Any number that no other lock has. */
const APPLY = sql.raw("7293310045")

/**
 * Applies a spec to the batch change of its name in its namespace, which is made if need be. The spec that is applied
 * already is applied once. Fails with `PlanMoved` where somebody looked at another plan, and with `ChangesetsRefused`,
 * which has every reason; then nothing is written.
 *
 * @category operations
 */
export const applyBatchSpec = Effect.fn("BatchChanges.apply")(function* (options: ApplyBatchSpec) {
  const { actorId, batchSpecId, ensureNew = false, uiPublication = {} } = options
  const { run, transaction } = yield* Database
  const { abilities } = yield* CodeHosts
  const locked = { lock: true }
  return yield* transaction(
    Effect.gen(function* () {
      yield* run((db) => db.execute(sql`select pg_advisory_xact_lock(${APPLY})`))
      const batchSpec = yield* requireBatchSpec(batchSpecId, actorId, locked)
      const batchChange = yield* batchChangeFor(batchSpec, locked)
      if (batchChange !== undefined && ensureNew) return yield* new BatchChangeExists({ name: batchChange.name })
      const world = yield* readWorld({ actorId, batchSpec, batchChange }, locked)
      const rejected = checkPublications(world.specs, uiPublication)
      if (rejected !== undefined) return yield* rejected
      const decided = decide(world, abilities, uiPublication)
      if (batchChange?.batchSpecId === batchSpecId) {
        return { batchChange, applied: false, enqueued: 0, hash: decided.hash } satisfies Applied
      }
      yield* requireSame(options, world, decided)
      const refusals = refusalsOf(world, decided)
      if (refusals.length > 0) return yield* new ChangesetsRefused({ refusals })
      const written = yield* writeDecisions(world, decided, uiPublication)
      return { ...written, applied: true, hash: decided.hash } satisfies Applied
    })
  )
})

const requireSame = Effect.fnUntraced(function* (
  { expectedHash, previewed }: ApplyBatchSpec,
  world: World,
  decided: Decided
) {
  const { hash } = decided
  if (expectedHash === undefined || expectedHash === hash) return
  const changes = describeMoves(shown(world, decided).changesets, previewed?.changesets)
  return yield* new PlanMoved({ expected: expectedHash, actual: hash, changes })
})
