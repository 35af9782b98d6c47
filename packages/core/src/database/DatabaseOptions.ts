/**
 * How a `Database` connects. Durations are Effect's duration inputs
 * (`"5 seconds"`, milliseconds as a number).
 */
import { Duration, Redacted } from "effect"
import { positiveDuration, positiveWhole } from "../options/checks.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"

/**
 * Durations are at least a millisecond, and connections at least one.
 *
 * @category options
 */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: Redacted.Redacted
  /** Connections for handlers, transactions and the caller's own statements. Defaults to 10. */
  readonly connections?: number | undefined
  /**
   * Connections for dequeues, heartbeats and whatever else never waits for a row,
   * apart from those above so that busy handlers never delay a heartbeat. Defaults to 2.
   */
  readonly controlConnections?: number | undefined
  /**
   * Connections for the statements that end attempts. They may wait for a row that
   * a producer's open transaction has locked, and nothing else is to wait with them. Defaults to 2.
   */
  readonly markConnections?: number | undefined
  /** How long a connection attempt may take. Defaults to 5 seconds. */
  readonly connectTimeout?: Duration.Input | undefined
  /** How long a transaction waits for a free connection before it fails with `DatabaseUnavailable`. Defaults to 30 seconds. */
  readonly acquireTimeout?: Duration.Input | undefined
  /** Server-side limit on one statement. Defaults to none. */
  readonly statementTimeout?: Duration.Input | undefined
  /**
   * Prepares every statement on the server. Turn it off behind a pooler that
   * cannot keep prepared statements. Defaults to true.
   */
  readonly prepare?: boolean | undefined
  /** Shown in `pg_stat_activity`. Defaults to `drover`. */
  readonly applicationName?: string | undefined
}

export interface ResolvedOptions {
  readonly connections: number
  readonly controlConnections: number
  readonly markConnections: number
  readonly connectMillis: number
  readonly acquireMillis: number
  readonly statementMillis: number | undefined
  readonly prepare: boolean
  readonly applicationName: string
}

/** Throws `InvalidOptions`. */
export const resolveOptions = (options: DatabaseOptions): ResolvedOptions => {
  const owner = "database"
  const millis = (field: string, input: Duration.Input) => Duration.toMillis(positiveDuration(owner, field, input))
  if (!/^postgres(ql)?:\/\/[^/]/.test(Redacted.value(options.url))) {
    throw new InvalidOptions({
      owner,
      field: "url",
      rule: "must be of the form postgres://user:password@host:port/database"
    })
  }
  return {
    connections: positiveWhole(owner, "connections", options.connections ?? 10),
    controlConnections: positiveWhole(owner, "controlConnections", options.controlConnections ?? 2),
    markConnections: positiveWhole(owner, "markConnections", options.markConnections ?? 2),
    connectMillis: millis("connectTimeout", options.connectTimeout ?? "5 seconds"),
    acquireMillis: millis("acquireTimeout", options.acquireTimeout ?? "30 seconds"),
    statementMillis:
      options.statementTimeout === undefined ? undefined : millis("statementTimeout", options.statementTimeout),
    prepare: options.prepare ?? true,
    applicationName: options.applicationName ?? "drover"
  }
}
