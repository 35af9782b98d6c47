/**
 * What is told of a failure, to people and to programs. Pure.
 */
import { Cause, Predicate } from "effect"

/** @category models */
export interface Described {
  readonly _tag: string
  readonly message: string
  /** What else the error knows; never the error that caused it, which may hold anything. */
  readonly [field: string]: unknown
}

/** A defect is told as one: its stack is for `--log-level debug`. */
export const describe = (cause: Cause.Cause<unknown>): Described => {
  const failure = cause.reasons.find(Cause.isFailReason)
  if (failure !== undefined) return describeError(failure.error)
  const defect = Cause.squash(cause)
  const reason = defect instanceof Error ? defect.message : String(defect)
  return { _tag: "Defect", message: `This is a fault of Drover itself: ${reason}` }
}

const describeError = (error: unknown): Described => {
  if (!Predicate.hasProperty(error, "_tag") || typeof error._tag !== "string") {
    return { _tag: "Error", message: error instanceof Error ? error.message : String(error) }
  }
  const message = Predicate.hasProperty(error, "message") ? String(error.message) : error._tag
  if (isOutdated(error)) {
    const reason = "The database is not at the schema of this Drover: run `pnpm db:migrate`"
    return { _tag: "SchemaOutdated", message: `${reason} (${message})` }
  }
  const fields = Object.entries(error).filter(
    ([name, value]) =>
      !hidden.has(name) && (isPlain(value) || (findings.has(name) && Array.isArray(value) && value.every(isFinding)))
  )
  return { _tag: error._tag, message, ...Object.fromEntries(fields) }
}

const hidden: ReadonlySet<string> = new Set(["_tag", "message", "cause", "stack", "name"])

/** Strings, numbers, and lists of them: what a schema of an error holds besides its cause. */
const isPlain = (value: unknown): boolean =>
  value === null || typeof value !== "object" || (Array.isArray(value) && value.every(isPlain))

/** Lists of what is wrong, each with a place and words. Nothing else may be nested: it may hold anything. */
const findings: ReadonlySet<string> = new Set(["problems", "refusals", "refused"])

const isFinding = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.values(value).every(isPlain)

/** No such table, no such column. */
const isOutdated = (error: object): boolean =>
  Predicate.hasProperty(error, "code") && (error.code === "42P01" || error.code === "42703")
