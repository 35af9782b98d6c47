/**
 * postgres.js, tuned for a worker. This folder is the only place that imports
 * it; when its open faults are mended upstream, only these files change.
 */
import { Duration, Effect, Redacted, type Scope } from "effect"
import postgres from "postgres"
import { arrayTypes } from "./arrayTypes.ts"
import type { DatabaseOptions } from "./DatabaseOptions.ts"

/** A statement on its way; drizzle either awaits it or asks for its rows as arrays first. */
export interface PendingQuery extends PromiseLike<unknown> {
  readonly values: () => PromiseLike<unknown>
}

/** The one operation drizzle needs of a connection. */
export interface Connection {
  readonly unsafe: (
    query: string,
    parameters: ReadonlyArray<unknown>,
    options: { readonly prepare: boolean }
  ) => PendingQuery
}

/** A query of the driver, with the parts of it that the driver keeps to itself. */
export interface DriverQuery extends PromiseLike<unknown> {
  readonly values: () => DriverQuery
  readonly reject: (error: unknown) => void
  /** Sends the query; by default on whichever connection of the pool is free. */
  handler: (query: DriverQuery) => void
}

/** A connection of the driver, as its own `begin` sees it. */
export interface DriverConnection {
  /** Sends a query; false when no other should follow before `reserved` is called. */
  readonly execute: (query: DriverQuery) => boolean
  /** While set, the connection is in nobody else's hands until its transaction ends. */
  reserved: (() => void) | null
  onclose: (() => void) | null
}

/** A pool whose driver can be replaced while it is in use. */
export interface Client {
  readonly unsafe: (
    query: string,
    parameters: ReadonlyArray<unknown>,
    options: {
      readonly prepare: boolean
      /** Called when the query is sent, with the connection it is sent on. */
      readonly onexecute?: (connection: DriverConnection) => boolean
    }
  ) => DriverQuery
  readonly listen: postgres.Sql["listen"]
  /** Tells the client what a statement threw, so that it can heal. */
  readonly observe: (thrown: unknown) => void
}

/** Ends the sockets of a retired client once its running statements had time to finish. */
const RETIRE_SECONDS = 30

export const makeClient = (options: DatabaseOptions, connections: number): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => ({ current: connect(options, connections), replacedAt: 0 })),
      (held) => Effect.promise(() => held.current.end({ timeout: 5 }))
    ),
    (held): Client => ({
      unsafe: (query, parameters, statement) =>
        held.current.unsafe(query, parameters as Array<never>, statement) as unknown as DriverQuery,
      listen: (...listener) => held.current.listen(...listener),
      observe: (thrown) => {
        // A socket that closes between a write and its flush leaves postgres.js a slot that can never
        // connect again; all one sees of it is this code. A fresh client is the only cure from outside.
        if (!isConnectTimeout(thrown) || performance.now() - held.replacedAt < connectMillis(options)) return
        const retired = held.current
        held.current = connect(options, connections)
        held.replacedAt = performance.now()
        retired.end({ timeout: RETIRE_SECONDS }).catch(() => {})
      }
    })
  )

const connectMillis = (options: DatabaseOptions): number =>
  Duration.toMillis(Duration.fromInputUnsafe(options.connectTimeout ?? "5 seconds"))

const isConnectTimeout = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  ((thrown as { readonly code?: unknown }).code === "CONNECT_TIMEOUT" || isConnectTimeout(thrown.cause))

const connect = (options: DatabaseOptions, connections: number): postgres.Sql => {
  const flatBackoff = () => 0.2 // seconds; the driver's own grows to 20
  const client = postgres(Redacted.value(options.url), {
    max: connections,
    connect_timeout: connectMillis(options) / 1000,
    backoff: flatBackoff as never, // typed as a boolean, read as a function
    fetch_types: false,
    types: arrayTypes,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? "drover",
      ...(options.statementTimeout === undefined
        ? {}
        : { statement_timeout: Duration.toMillis(Duration.fromInputUnsafe(options.statementTimeout)) })
    }
  })
  leaveToDrizzle(client)
  return client
}

/** drizzle's columns convert times and JSON themselves: the driver must hand them over as text. */
const leaveToDrizzle = (client: postgres.Sql): void => {
  const asIs = <A>(value: A): A => value
  const parsers = client.options.parsers as Record<string, unknown>
  const serializers = client.options.serializers as Record<string, unknown>
  for (const type of [1184, 1082, 1083, 1114, 1182, 1115]) {
    parsers[type] = asIs
    serializers[type] = asIs
  }
  for (const json of [114, 3802]) serializers[json] = asIs
}
