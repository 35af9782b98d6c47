/**
 * From a payload and options to what the table stores.
 */
import { Duration, Effect, Option } from "effect"
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

export const encodeJob = Effect.fnUntraced(function* <A>(
  kind: EncodingKind<A>,
  value: A,
  options: EnqueueOptions = {}
): Effect.fn.Return<EncodedJob, PayloadRejected> {
  const reject = (reason: string) => new PayloadRejected({ kind: kind.name, reason })
  const json = yield* Effect.mapError(kind.payload.encode(value), (error) => reject(error.message))
  const payload = yield* Effect.try({
    try: () => JSON.stringify(json ?? null),
    catch: (thrown) => reject(`its encoded form is not JSON: ${String(thrown)}`)
  })
  if (unstorable.test(payload)) return yield* reject(`it holds ${unstorableText}`)
  const dedupeKey = (options.dedupeKey ?? kind.dedupeKey?.(value)) || undefined
  if (dedupeKey !== undefined && (dedupeKey.includes("\u0000") || !dedupeKey.isWellFormed())) {
    return yield* reject(`its dedupe key holds ${unstorableText}`)
  }
  return {
    kind: kind.name,
    payload,
    payloadVersion: kind.payload.version,
    dedupeKey,
    priority:
      options.priority === undefined
        ? kind.priority
        : wholeNumber(`job kind "${kind.name}"`, "priority", options.priority, LOWEST_INT),
    maxAttempts: kind.maxAttempts,
    ...timeOf(kind.name, options.after)
  }
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
