/**
 * The one way in which a push is recorded, whoever tells of it: what moved, what is told of it, and the jobs that it
 * takes are one commit.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git, type GitError, listRefs, type NameRejected, resolveRefs } from "@drover/git"
import { Effect, Schedule } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { RepositoryUnknown } from "../access/AccessError.ts"
import { lockRepository } from "../pullRequests/locks.ts"
import { differences, type Plan, planTold } from "./planMoves.ts"
import { readRecordedRefs } from "./recordedRefs.ts"
import { recordRefMoves } from "./recordRefMoves.ts"
import { isRecorded, type RefMove, refOf } from "./RefMove.ts"

/** @category options */
export interface RecordPush {
  readonly repositoryId: number
  /** Who pushed. Left out where nobody knows: it is then told as Drover's. */
  readonly actorId?: ActorId
  /**
   * What the pusher's git said that it moved. These moves are recorded as the actor's, and what others moved is left to
   * them: of two pushes that race, each is its own pusher's, in whichever order they are told. Left out where nobody
   * said: then all that moved is recorded.
   */
  readonly told?: ReadonlyArray<RefMove> | undefined
  /** Only these branches, without `refs/heads/`, where nobody told. Defaults to all branches and tags. */
  readonly branches?: ReadonlyArray<string> | undefined
}

/** @category errors */
export type RecordPushError = RepositoryUnknown | PayloadRejected | GitError | DatabaseError

/** How long the tellers of earlier pushes are waited for, and how often it is looked. */
const patience = Schedule.spaced("50 millis").pipe(Schedule.upTo({ times: 40 }))

/**
 * Compares the branches and tags with where they were recorded, and records the difference: `repository_refs`,
 * `pushed_at`, one `push` event a ref (and `create` or `delete`) in the order of the names, `synchronize` for open pull
 * requests whose head moved, and the jobs of pull requests, reviews and code search. What is told twice is recorded once.
 *
 * Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base.
 *
 * @category operations
 */
export const recordPush = Effect.fn("Pushes.record")(function* (
  options: RecordPush
): Effect.fn.Return<Array<number>, RecordPushError, Git | Database | JobQueue> {
  const { told } = options
  if (told === undefined) return yield* recordUntold(options)
  const moves = told.filter(({ ref }) => isRecorded(ref))
  if (moves.length === 0) return []
  // what could be recorded before the wait is not held up by it
  return yield* recordTold(options, moves, false).pipe(
    Effect.flatMap(({ affected, waiting }) => (waiting ? Effect.fail("waiting" as const) : Effect.succeed(affected))),
    Effect.retry({ schedule: patience, while: (error) => error === "waiting" }),
    Effect.catchIf(
      (error) => error === "waiting",
      () => Effect.map(recordTold(options, moves, true), ({ affected }) => affected)
    )
  )
})

const recordTold = Effect.fnUntraced(function* (
  { actorId, repositoryId }: RecordPush,
  told: ReadonlyArray<RefMove>,
  last: boolean
) {
  const refs = told.map(({ ref }) => ref)
  return yield* holding(repositoryId, (repository) =>
    Effect.gen(function* () {
      const recorded = yield* readRecordedRefs(repositoryId, refs)
      const now = yield* resolveRefs({ repository: repository.path, refs })
      const { moves, waiting }: Plan = planTold(told, recorded, now, last)
      const made = moves.map(({ own, ...move }) => ({ ...move, actorId: own ? actorId : undefined }))
      return { affected: yield* recordRefMoves({ repository, moves: made }), waiting }
    })
  )
})

const recordUntold = ({ actorId, branches, repositoryId }: RecordPush) =>
  branches?.length === 0
    ? Effect.succeed([])
    : holding(repositoryId, (repository) =>
        Effect.gen(function* () {
          const refs = branches?.map(refOf)
          const recorded = yield* readRecordedRefs(repositoryId, refs)
          const now = yield* readNow(repository.path, refs)
          const moves = differences(recorded, now).map((move) => ({ ...move, actorId }))
          return yield* recordRefMoves({ repository, moves, branches })
        })
      )

const readNow = (
  repository: string,
  refs: ReadonlyArray<string> | undefined
): Effect.Effect<ReadonlyMap<string, string>, GitError | NameRejected, Git> =>
  refs === undefined ? listRefs({ repository }) : resolveRefs({ repository, refs })

type Repository = NonNullable<Effect.Success<ReturnType<typeof lockRepository>>>

/** Holds the repository while it is looked at, so that of two who look, the one that writes last has looked last. */
export const holding = <A, E, R>(repositoryId: number, use: (repository: Repository) => Effect.Effect<A, E, R>) =>
  Database.use(({ transaction }) =>
    transaction(
      Effect.gen(function* () {
        const repository = yield* lockRepository(repositoryId)
        if (repository === undefined) return yield* new RepositoryUnknown({ repository: repositoryId })
        return yield* use(repository)
      })
    )
  )
