/**
 * Looks at pull requests on their hosts, those first that are due for longest: what happened to one lately is looked at more often
 * than what nobody has touched for weeks. See `syncDue`.
 *
 * One that cannot be read says why in `sync_error`, and holds up no other. A host that wants a rest is asked no more in
 * this run. One that is gone from its host is written down as deleted.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Cause, Effect, Metric } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { markDeleted } from "../changesets/markDeleted.ts"
import { saveSeen } from "../changesets/saveSeen.ts"
import { CodeHosts, hostRepository } from "../host/CodeHosts.ts"
import { readDue, takeDue } from "./dueChangesets.ts"

/** @category options */
export interface SyncChangesets {
  /** Pull requests that are looked at. Defaults to 100. */
  readonly limit?: number | undefined
  /** How many at a time. Defaults to 4. */
  readonly concurrency?: number | undefined
}

/** @category models */
export interface SyncedChangesets {
  readonly seen: number
  readonly deleted: number
  /** Could not be read. */
  readonly failed: number
}

type Outcome = keyof SyncedChangesets

const synced = Metric.counter("drover_batches_syncs_total", {
  incremental: true,
  description: "Pull requests that were looked at on their hosts, by what came of it"
})

type Due = Effect.Success<ReturnType<typeof readAll>>[number]

const readAll = (ids: ReadonlyArray<number>) => Database.use(({ run }) => run((db) => readDue(db, ids)))

/** Any number of workers may do it at once: each pull request is one's. @category operations */
export const syncChangesets = Effect.fn("Changesets.sync")(function* ({
  concurrency = 4,
  limit = 100
}: SyncChangesets = {}) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const taken = yield* run((db) => takeDue(db, clock, limit))
  if (taken.length === 0) return { seen: 0, deleted: 0, failed: 0 } satisfies SyncedChangesets
  const due = yield* readAll(taken.map(({ id }) => id))
  const resting = new Map<string, string>()
  const outcomes = yield* Effect.forEach(due, (one) => look(one, resting), { concurrency })
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length
  const counts: SyncedChangesets = { seen: count("seen"), deleted: count("deleted"), failed: count("failed") }
  for (const [outcome, number] of Object.entries(counts)) {
    yield* Metric.update(Metric.withAttributes(synced, { outcome }), number)
  }
  return counts
})

/** `resting`: hosts that want a rest, and what they said. */
const look = Effect.fnUntraced(
  function* ({ externalId, id, lastApplierId, owned, repository }: Due, resting: Map<string, string>) {
    const hosts = yield* CodeHosts
    const subject = owned ? ({ _tag: "Changeset", lastApplierId } as const) : ({ _tag: "ImportedChangeset" } as const)
    const host = yield* hosts.connect({ repository, subject })
    const where = `${repository.externalServiceType} ${repository.externalServiceId}`
    const said = resting.get(where)
    if (said !== undefined) return yield* saySyncError(id, said)
    const found = yield* host.load({ repository: hostRepository(repository), externalId: externalId! }).pipe(
      Effect.tapError((error) =>
        Effect.sync(() => (error._tag === "RateLimited" ? resting.set(where, error.message) : undefined))
      ),
      Effect.catchTag("PullRequestMissing", () => Effect.succeed(undefined))
    )
    if (found === undefined) {
      yield* markDeleted(id)
      return "deleted" satisfies Outcome
    }
    const fresh = yield* saveSeen({ changesetId: id, pullRequest: found, heedsHints: true })
    if (!fresh) yield* writeSyncError(id, null)
    return "seen" satisfies Outcome
  },
  // whatever it is, the next one is looked at all the same
  (effect, { id }) =>
    Effect.catchCause(effect, (cause) =>
      Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : saySyncError(id, wordsOf(cause))
    )
)

const wordsOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return (error instanceof Error ? error.message : String(error)).slice(0, 2000).replaceAll("\u0000", "\uFFFD")
}

const saySyncError = (id: number, message: string) =>
  Effect.as(writeSyncError(id, message), "failed" satisfies Outcome as Outcome)

/** Served by the primary key. */
const writeSyncError = (id: number, syncError: string | null) =>
  Database.use(({ run }) => run((db) => db.update(changesets).set({ syncError }).where(eq(changesets.id, id))))
