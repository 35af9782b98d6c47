/**
 * postgres.js, tuned for a worker, one connection a client. This folder is the
 * only place that imports it.
 *
 * What is used of it beyond its documentation is declared here, in one place:
 * it is why the version is pinned exactly.
 */
import { Redacted } from "effect"
import postgres from "postgres"
import { arrayTypes } from "./arrayTypes.ts"
import type { ResolvedOptions } from "./DatabaseOptions.ts"

/** A query that is sent where its `handler` says, and not before it is awaited. */
export interface DriverQuery extends PromiseLike<unknown> {
  readonly values: () => DriverQuery
  readonly reject: (error: unknown) => void
  handler: (query: DriverQuery) => void
}

/** A connection, as the driver's own `begin` sees it. */
export interface DriverConnection {
  /** Sends a query; false when no other should follow before `reserved` is called. */
  readonly execute: (query: DriverQuery) => boolean
  /** While set, the driver leaves the connection to us, and calls this when all that was sent is answered. */
  reserved: ((() => void) & { release?: boolean }) | null
}

/** What happens to a connection. */
export interface DriverEvents {
  /** The connection is gone, and what was sent on it has failed; or it could not be made. */
  readonly onclose: () => void
  readonly onnotify?: (channel: string, payload: string) => void
}

export interface DriverClient {
  readonly unsafe: (
    query: string,
    parameters: ReadonlyArray<unknown>,
    options: {
      readonly prepare: boolean
      /** Called when the query is sent, with the connection it is sent on. */
      readonly onexecute?: (connection: DriverConnection) => boolean
    }
  ) => DriverQuery
  readonly end: (options: { readonly timeout: number }) => Promise<void>
}

/** Makes clients; each connects at its first query, and once. */
export const makeDriver = (
  url: Redacted.Redacted,
  options: Pick<ResolvedOptions, "applicationName" | "connectMillis" | "statementMillis">
): ((events: DriverEvents) => DriverClient) => {
  const parsed = postgres(Redacted.value(url), {
    max: 1,
    max_lifetime: null, // the pool retires connections when they are idle
    connect_timeout: options.connectMillis / 1000,
    fetch_types: false, // a connection that dies during that query rejects a promise nobody holds
    types: arrayTypes,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      ...(options.statementMillis === undefined ? {} : { statement_timeout: options.statementMillis })
    }
  }).options
  leaveToDrizzle(parsed)
  // options that were parsed before are taken as they are, as the driver itself does for its listening client
  return (events) => postgres({ ...parsed, ...events } as never) as unknown as DriverClient
}

/** drizzle's columns convert times and JSON themselves: the driver must hand them over as text. */
const leaveToDrizzle = (options: postgres.ParsedOptions<Record<string, unknown>>): void => {
  const asIs = <A>(value: A): A => value
  const parsers = options.parsers as Record<number, unknown>
  const serializers = options.serializers as Record<number, unknown>
  for (const time of [1184, 1082, 1083, 1114, 1182, 1115]) {
    parsers[time] = asIs
    serializers[time] = asIs
  }
  for (const json of [114, 3802]) serializers[json] = asIs
}
