/**
 * From a payload and options to what the table stores.
 */
import { Duration, Effect, Exit, Option } from "effect"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import type { EncodedJob } from "./EncodedJob.ts"
import type { Payload } from "./Payload.ts"
import { PayloadRejected } from "./PayloadRejected.ts"

/**
 * An option that cannot work (a time that is none, a priority that is no
 * integer) is a defect, with `InvalidOptions`.
 *
 * @category options
 */
export interface EnqueueOptions {
  /**
   * Not before this moment, or after this time from now. Defaults to now.
   * A job that folds into a waiting one keeps the earlier time of both; one that folds into a running job
   * runs when that one has ended.
   */
  readonly after?: Date | Duration.Input | undefined
  /** Lower goes first. Defaults to the kind's. */
  readonly priority?: number | undefined
  /** Instead of the kind's own key. The empty string means no key. */
  readonly dedupeKey?: string | undefined
}

/** What encoding needs to know of a kind. */
export interface EncodingKind<A> {
  readonly name: string
  readonly payload: Payload<A>
  readonly dedupeKey: ((payload: A) => string | undefined) | undefined
  readonly priority: number
  readonly maxAttempts: number
}

/**
 * An encoder of the kind's jobs that share `options`: what those say is worked out once.
 *
 * It answers with an `Exit` wherever the payload's schema encodes at once, and
 * nearly all do: then nothing is scheduled for a job of thousands.
 *
 * @throws `InvalidOptions`
 */
export const jobEncoder = <A>(
  kind: EncodingKind<A>,
  options: EnqueueOptions = {}
): ((value: A) => Effect.Effect<EncodedJob, PayloadRejected>) => {
  const reject = (reason: string) => new PayloadRejected({ kind: kind.name, reason })
  const common = {
    kind: kind.name,
    payloadVersion: kind.payload.version,
    maxAttempts: kind.maxAttempts,
    ...whenOf(kind, options)
  }
  const jobOf = (value: A, json: unknown): Exit.Exit<EncodedJob, PayloadRejected> => {
    let payload: string
    try {
      payload = JSON.stringify(json ?? null)
    } catch (thrown) {
      return Exit.fail(reject(`its encoded form is not JSON: ${String(thrown)}`))
    }
    if (payload.includes("\\u") && unstorable.test(payload)) return Exit.fail(reject(`it holds ${unstorableText}`))
    const dedupeKey = (options.dedupeKey ?? kind.dedupeKey?.(value)) || undefined
    if (dedupeKey !== undefined && (dedupeKey.includes("\u0000") || !dedupeKey.isWellFormed())) {
      return Exit.fail(reject(`its dedupe key holds ${unstorableText}`))
    }
    return Exit.succeed({ ...common, payload, dedupeKey })
  }
  return (value) =>
    Effect.flatMapEager(
      Effect.mapErrorEager(kind.payload.encode(value), (error) => reject(error.message)),
      (json) => jobOf(value, json)
    )
}

/** What an enqueue says of when a job runs, checked. Throws `InvalidOptions`. */
export const whenOf = (
  kind: { readonly name: string; readonly priority: number },
  { after, priority }: Pick<EnqueueOptions, "after" | "priority">
): Pick<EncodedJob, "at" | "delayMillis" | "priority"> => ({
  priority:
    priority === undefined ? kind.priority : wholeNumber(`job kind "${kind.name}"`, "priority", priority, LOWEST_INT),
  ...timeOf(kind.name, after)
})

/** In JSON text: an escaped NUL or half of a surrogate pair. A backslash that is escaped itself begins no escape. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/
const unstorableText = "a NUL character or half of a surrogate pair, which Postgres cannot store"

const timeOf = (kind: string, after: EnqueueOptions["after"]): Pick<EncodedJob, "at" | "delayMillis"> => {
  if (after === undefined) return { at: undefined, delayMillis: 0 }
  const invalid = (rule: string) => new InvalidOptions({ owner: `job kind "${kind}"`, field: "after", rule })
  if (after instanceof Date) {
    if (Number.isNaN(after.getTime())) throw invalid("must be a valid date")
    return { at: after, delayMillis: undefined }
  }
  const delay = Option.getOrUndefined(Duration.fromInput(after))
  if (delay === undefined || !Duration.isFinite(delay)) throw invalid("must be a date or a finite duration")
  return { at: undefined, delayMillis: Duration.toMillis(delay) }
}

/** The range of Postgres' `integer`. */
export const LOWEST_INT = -2_147_483_648
export const HIGHEST_INT = 2_147_483_647

/** Throws `InvalidOptions`. */
export const wholeNumber = (owner: string, field: string, value: number, from: number): number => {
  if (Number.isInteger(value) && value >= from && value <= HIGHEST_INT) return value
  const range = from === LOWEST_INT ? "" : ` from ${from}`
  throw new InvalidOptions({ owner: owner, field, rule: `must be a whole number${range}, but is ${value}` })
}
