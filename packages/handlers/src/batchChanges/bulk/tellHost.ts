/**
 * Tells a code host something once, whatever happens to the worker.
 *
 * It is noted before the host is told, and after. What comes last, what is recorded of it, is one transaction with the
 * job's completion. So an attempt that follows another knows where that one stopped: before the host was told, it tells
 * it; in between, it repeats itself, which a host takes for once (`CodeHost`); after, it only looks, and records.
 *
 * Who is asked to stop stops before the host is told, or while it is: once the host has answered, the answer is recorded.
 */
import type { CodeHost, CodeHostError, HostPullRequest, PullRequestAt } from "@drover/code-hosts"
import { type Claim, Database, DatabaseClock, type DatabaseError, LeaseLost, PermanentError } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetJobs } from "../../schema/bulkOperations.ts"
import { markArchived } from "../changesets/markArchived.ts"
import { markDeleted } from "../changesets/markDeleted.ts"
import { saveSeen } from "../changesets/saveSeen.ts"
import { CodeHosts, hostRepository } from "../host/CodeHosts.ts"
import { sortHostError } from "../host/sortHostError.ts"
import { type BulkJob, keyOf, subjectOf } from "./BulkJob.ts"
import type { ChangesetJob } from "./BulkStore.ts"
import { type Boundary, TellBoundary } from "./TellBoundary.ts"

export interface Telling<A, E, R> {
  readonly tell: (host: CodeHost, at: PullRequestAt) => Effect.Effect<A, CodeHostError>
  /** What there is to see of it, when an earlier attempt has told the host. */
  readonly look: (host: CodeHost, at: PullRequestAt) => Effect.Effect<A, CodeHostError>
  /** In one transaction with the job's completion. */
  readonly record: (answer: A) => Effect.Effect<unknown, E, R>
}

export const tellOnce = Effect.fnUntraced(function* <A, E, R>(job: BulkJob, { look, record, tell }: Telling<A, E, R>) {
  const { claim } = job
  const reached = yield* TellBoundary
  const at = (boundary: Boundary) => reached({ jobId: claim.id, boundary })
  const { host, pull } = yield* connect(job)
  yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const ask = (effect: Effect.Effect<A, CodeHostError>) => restore(sorted(job, effect))
      const telling = Effect.gen(function* () {
        yield* at("before")
        yield* note(claim, "tellingHostAt")
        yield* at("noted")
        const answer = yield* ask(tell(host, pull))
        yield* at("told")
        yield* note(claim, "toldHostAt")
        yield* at("answered")
        return answer
      })
      const answer = yield* claim.record.toldHostAt === null ? telling : ask(look(host, pull))
      yield* claim.completeIn(record(answer))
      yield* at("recorded")
    })
  )
})

/** Of a pull request: what the host shows of it afterwards is saved. */
export const tellHost = <E = never, R = never>(
  job: BulkJob,
  tell: (host: CodeHost, at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>,
  also: Effect.Effect<unknown, E, R> = Effect.void
) =>
  tellOnce(job, {
    tell,
    look: (host, at) => host.load(at),
    record: (shown) => Effect.andThen(saveShown(job, shown), also)
  })

/** As what the job's user made of it. */
export const saveShown = ({ changeset, claim }: BulkJob, pullRequest: HostPullRequest) =>
  saveSeen({ changesetId: changeset.id, pullRequest, actorId: claim.record.userId })

const connect = Effect.fnUntraced(function* ({ changeset, claim, repository }: BulkJob) {
  const { externalId, id } = changeset
  if (externalId === null) {
    return yield* new PermanentError({ reason: `Changeset ${id} has no pull request: publish it first` })
  }
  const hosts = yield* CodeHosts
  const host = yield* hosts.connect({ repository, subject: subjectOf(claim.record) })
  return { host, pull: { repository: hostRepository(repository), externalId } satisfies PullRequestAt }
})

/** What the host says of the pull request by refusing is written down. */
const sorted = <A>(job: BulkJob, effect: Effect.Effect<A, CodeHostError>) =>
  effect.pipe(Effect.catch((error) => Effect.andThen(writeDown(job, error), Effect.fail(sortHostError(error)))))

const writeDown = (job: BulkJob, error: CodeHostError) => {
  const { externalState: external } = job.changeset
  const { record } = job.claim
  switch (error._tag) {
    case "ArchivedOnHost":
      return Database.use(({ transaction }) => transaction(markArchived({ ...job, external, key: keyOf(record) })))
    case "PullRequestMissing":
      return markDeleted(job.changeset.id)
    default:
      return Effect.void
  }
}

/** Fails, and the host hears nothing, where the attempt is somebody else's by now. Served by the primary key. */
const note = Effect.fnUntraced(function* (
  { attempt, id }: Claim<ChangesetJob>,
  which: "tellingHostAt" | "toldHostAt"
): Effect.fn.Return<void, LeaseLost | DatabaseError, Database> {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const rows = yield* run((db) =>
    db
      .update(changesetJobs)
      .set({ [which]: clock })
      .where(
        and(eq(changesetJobs.id, id), eq(changesetJobs.attempt, attempt), sql`${changesetJobs.state} = 'processing'`)
      )
      .returning({ id: changesetJobs.id })
  )
  if (rows.length === 0) return yield* new LeaseLost({ store: "batches_bulk_processor", id, attempt })
})
