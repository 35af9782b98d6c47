/**
 * The kinds that a runtime knows: what it claims, and what becomes of each claim.
 */
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { PermanentError } from "../retry/HandlerError.ts"
import { retryDecision } from "../retry/retryDecision.ts"
import { never } from "../retry/RetryPolicy.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import * as Condition from "../table/Condition.ts"
import type { Internals } from "../worker/Worker.ts"
import { HIGHEST_INT } from "./encodeJob.ts"
import type { Job, JobHandler } from "./JobHandler.ts"
import { type JobRow, jobs } from "./jobsTable.ts"

/** What a runtime decides about jobs by their kind, in the worker's terms. */
export interface KnownKinds<R> extends Required<Internals<JobRow, number, "jobs", R>> {
  readonly names: ReadonlyArray<string>
  readonly handlers: ReadonlyMap<string, JobHandler<R>>
  readonly handle: (job: Job) => Effect.Effect<unknown, unknown, R>
  /** The dequeue options that claim jobs of these kinds only. */
  readonly claiming: (names: ReadonlyArray<string>) => {
    readonly conditions: typeof claimable
    readonly values: Readonly<Record<string, unknown>>
  }
}

/**
 * Kinds are given at each dequeue, since it changes which of them have a free slot; the statement stays the same.
 * `versions` is a JSON object from kind to the newest payload version that can be read.
 */
const claimable: ReadonlyArray<Condition.Condition<"jobs">> = [
  Condition.raw(
    jobs,
    sql`${jobs.kind} = any(${sql.placeholder("kinds")}) and ${jobs.payloadVersion} <= (${sql.placeholder("versions")}::jsonb ->> ${jobs.kind})::int`
  )
]

export const knownKinds = <R>(
  handlers: ReadonlyArray<JobHandler<R>>,
  alsoClaim: ReadonlyArray<string>
): Effect.Effect<KnownKinds<R>, InvalidOptions> =>
  Effect.suspend(() => {
    const byName = new Map(handlers.map((handler) => [handler.kind.name, handler]))
    const names = [...new Set([...byName.keys(), ...alsoClaim])]
    if (names.length === 0) return invalid("must hold at least one handler")
    const twice = handlers.find((handler) => byName.get(handler.kind.name) !== handler)
    if (twice !== undefined) {
      return invalid(`must hold one handler a kind, but holds several for "${twice.kind.name}"`)
    }
    const versions = JSON.stringify(
      Object.fromEntries(names.map((name) => [name, byName.get(name)?.kind.version ?? HIGHEST_INT]))
    )
    const handlerOf = ({ record }: Job) => byName.get(record.kind)
    const claiming = (claimed: ReadonlyArray<string>) => ({
      conditions: claimable,
      values: { kinds: claimed, versions }
    })
    return Effect.succeed<KnownKinds<R>>({
      names,
      handlers: byName,
      handle: (job) =>
        handlerOf(job)?.run(job) ??
        Effect.fail(new PermanentError({ reason: `no handler for kind "${job.record.kind}"` })),
      claiming,
      conditions: claiming(names),
      limit: (job) => handlerOf(job)?.kind.timeout,
      policy: (job) => handlerOf(job)?.kind.retry ?? never,
      decide: (failure, job) => retryDecision(failure, handlerOf(job)?.onError)
    })
  })

const invalid = (rule: string) => Effect.fail(new InvalidOptions({ owner: "job runtime", field: "handlers", rule }))
