/**
 * Finds pushes that nobody recorded: a hook that died, a merge that crashed, a ref that was moved by hand.
 */
import { Database, DatabaseClock } from "@drover/core"
import { listRefs } from "@drover/git"
import { asc, inArray, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { installHooks } from "../repositories/installHooks.ts"
import { mirrorProtections } from "../repositories/mirrorProtections.ts"
import { repositories } from "../schema/repositories.ts"
import { differences } from "./planMoves.ts"
import { readRecordedRefs } from "./recordedRefs.ts"
import { holding } from "./recordPush.ts"
import { recordRefMoves } from "./recordRefMoves.ts"

interface RecordMissedPushes {
  readonly olderThan: Duration.Duration
  readonly limit: number
}

/** How long a push that is just being made has to be told by its pusher. */
const GRACE = Duration.seconds(2)

/**
 * Compares all branches and tags of repositories that were not looked at for a while with where they were recorded, and
 * puts their hooks in order. A repository that cannot be read holds up no other.
 *
 * Gives the ids of the pull requests whose branches had moved.
 */
export const recordMissedPushes = Effect.fnUntraced(function* (options: RecordMissedPushes) {
  const grace = Duration.min(GRACE, options.olderThan)
  const found = yield* Effect.forEach(
    yield* takeRepositories(options),
    (repository) =>
      Effect.andThen(restore(repository), missedIn(repository, grace)).pipe(
        Effect.catch((error) =>
          Effect.as(
            Effect.logWarning("Cannot look for missed pushes", error).pipe(
              Effect.annotateLogs({ repository: repository.name })
            ),
            []
          )
        )
      ),
    { concurrency: 4 }
  )
  return found.flat()
})

type Taken = Pick<typeof repositories.$inferSelect, "id" | "name" | "path" | "defaultBranch">

/**
 * The repositories that were not looked at for longest, noted as looked at: another process takes others, and one that
 * cannot be read goes to the end. Served by `repositories_refs_checked_idx`.
 */
const takeRepositories = Effect.fnUntraced(function* ({ limit, olderThan }: RecordMissedPushes) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { defaultBranch, id, name, path, refsCheckedAt } = repositories
  return yield* run((db) => {
    const due = db
      .select({ id })
      .from(repositories)
      .where(sql`${refsCheckedAt} <= ${clock} - ${Duration.toMillis(olderThan)}::float8 * interval '1 millisecond'`)
      .orderBy(asc(refsCheckedAt))
      .limit(limit)
      .for("no key update", { skipLocked: true })
    return db
      .update(repositories)
      .set({ refsCheckedAt: clock })
      .where(inArray(id, due))
      .returning({ id, name, path, defaultBranch })
  })
})

/** A push must be found also where its hooks cannot be written. */
const restore = (repository: Taken) =>
  Effect.andThen(installHooks(repository), mirrorProtections(repository)).pipe(
    Effect.catchTag("PlatformError", (error) =>
      Effect.logWarning("Cannot write the hooks of a repository", error).pipe(
        Effect.annotateLogs({ repository: repository.name })
      )
    )
  )

/** What is to be told by somebody else in the meantime is left to them. */
const missedIn = Effect.fnUntraced(function* (repository: Taken, grace: Duration.Duration) {
  const { id, path } = repository
  const look = Effect.gen(function* () {
    return differences(yield* readRecordedRefs(id), yield* listRefs({ repository: path }))
  })
  const seen = yield* look
  if (seen.length === 0) return []
  yield* Effect.sleep(grace)
  return yield* holding(id, () =>
    Effect.gen(function* () {
      const still = (yield* look).filter(({ after, before, ref }) =>
        seen.some((move) => move.ref === ref && move.before === before && move.after === after)
      )
      const moves = still.map((move) => ({ ...move, actorId: undefined }))
      return yield* recordRefMoves({ repository, moves })
    })
  )
})
