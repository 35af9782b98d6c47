/**
 * The two ways a call to Postgres fails, and what a caller can do about each.
 *
 * Everything the driver or the server can throw is sorted here, once: nobody
 * above this module reads a driver's error code.
 */
import { Schema } from "effect"

/**
 * No answer came: the connection was refused, lost or never became free.
 *
 * Whether a statement that was under way took effect is not known. `retryable`
 * is false only when the server will say the same thing tomorrow (wrong
 * password, no such database).
 *
 * @category errors
 */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>()("DatabaseUnavailable", {
  /** Driver code or SQLSTATE, for example `CONNECTION_CLOSED` or `57P01`. */
  code: Schema.String,
  retryable: Schema.Boolean,
  reason: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    const advice = this.retryable
      ? "The same call may succeed later."
      : "Check the user, password and database name in the connection string."
    return `The database is unavailable (${this.code}): ${this.reason}. ${advice}`
  }
}

/**
 * The server answered no: a constraint, a deadlock, a timeout, a syntax error.
 *
 * `retryable` is true when the same statement may pass on another try
 * (serialization failure, deadlock, lock or statement timeout, full disk).
 *
 * @category errors
 */
export class StatementRejected extends Schema.TaggedError<StatementRejected>()("StatementRejected", {
  /** SQLSTATE, or `unknown` where the statement never reached the server. */
  code: Schema.String,
  retryable: Schema.Boolean,
  reason: Schema.String,
  /** Name of the constraint that refused, where it was one. */
  constraint: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message() {
    const constraint = this.constraint === undefined ? "" : ` [${this.constraint}]`
    return `Postgres rejected the statement (${this.code})${constraint}: ${this.reason}`
  }
}

/** @category errors */
export type DatabaseError = DatabaseUnavailable | StatementRejected

/** Driver and system codes, and SQLSTATEs, that mean "no answer". */
const unavailable =
  /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES|ERR_STREAM|ERR_SOCKET|08|57P0[1235]|53300|25P0[34])/

/** SQLSTATEs that end a connection attempt for good: authorisation (28) and unknown database (3D). */
const refused = /^(28|3D)/

/** SQLSTATEs that another try may pass. */
const transient = /^(40001|40P01|55P03|57014|53|25006)/

/** Sorts whatever drizzle, the driver or the socket threw. */
export const fromDriver = (thrown: unknown): DatabaseError => {
  const cause = innermost(thrown)
  if (cause instanceof DatabaseUnavailable) return cause
  const code = stringField(cause, "code") ?? "unknown"
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : String(cause)
  if (refused.test(code)) return new DatabaseUnavailable({ code, reason, cause, retryable: false })
  // after FATAL the server has closed the connection, whatever the code
  if (unavailable.test(code) || stringField(cause, "severity") === "FATAL") {
    return new DatabaseUnavailable({ code, reason, cause, retryable: true })
  }
  const constraint = stringField(cause, "constraint_name")
  return new StatementRejected({
    code,
    reason,
    cause,
    retryable: transient.test(code),
    ...(constraint === undefined ? {} : { constraint })
  })
}

/** drizzle wraps the driver's error and puts every parameter into its message: take what is inside. */
const innermost = (thrown: unknown): unknown =>
  thrown instanceof Error && thrown.cause instanceof Error ? innermost(thrown.cause) : thrown

const stringField = (value: unknown, key: string): string | undefined => {
  if (typeof value !== "object" || value === null || !(key in value)) return undefined
  const field: unknown = Reflect.get(value, key)
  return typeof field === "string" ? field : undefined
}
