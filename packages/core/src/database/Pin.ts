/**
 * A connection held by one transaction, with a guard.
 *
 * postgres.js gives a dead reserved connection a new socket behind its
 * holder's back, so that a later statement of the transaction would run
 * outside of it, or it writes to a socket that is gone and takes the process
 * down. The pin hears of the death first: it fails what is running, refuses
 * what comes after, and never gives a dead handle back to the pool.
 */
import { Effect, Duration } from "effect"
import type postgres from "postgres"
import type { Client, Connection, PendingQuery } from "./client.ts"
import { type DatabaseError, DatabaseUnavailable, fromDriver } from "./DatabaseError.ts"

export interface Pin {
  readonly connection: Connection
  /** The server process that holds the transaction. */
  readonly backend: number
  /** Runs a statement that carries no values; gives its command tag. */
  readonly command: (statement: string) => Effect.Effect<string, DatabaseError>
  /** Statements that were sent and not answered. */
  readonly running: () => number
  /** Resolves when no statement is running. */
  readonly idle: Effect.Effect<void>
  readonly release: Effect.Effect<void>
}

/** The part of postgres.js's connection object that its own `begin` uses to hear of a death. */
interface DriverConnection {
  onclose: ((error: unknown) => void) | null
}

const closed = (): Error => Object.assign(new Error("the transaction's connection was closed"), { code: "CONNECTION_CLOSED" })

/** Takes a connection out of the pool and sends `begin` on it. */
export const openPin = (
  client: Client,
  begin: string,
  acquireTimeout: Duration.Duration
): Effect.Effect<Pin, DatabaseError> =>
  // `begin` itself is not interrupted: a handle released under it would take an open transaction into the pool
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(restore(reserve(client, acquireTimeout)), (handle) => start(client, handle, begin))
  )

/** Waits for a free connection. One that arrives after we stopped waiting goes straight back. */
const reserve = (client: Client, timeout: Duration.Duration): Effect.Effect<postgres.ReservedSql, DatabaseError> =>
  Effect.suspend(() => {
    let waiting = true
    let arrived: postgres.ReservedSql | undefined
    return Effect.callback<postgres.ReservedSql, DatabaseError>((resume) => {
      const answer = (effect: Effect.Effect<postgres.ReservedSql, DatabaseError>) => {
        waiting = false
        clearTimeout(timer)
        resume(effect)
      }
      // one timer, and no race of fibers: a handle that loses such a race is lost to the pool
      const timer = setTimeout(() => answer(Effect.fail(noFreeConnection(timeout))), Duration.toMillis(timeout))
      client.reserve().then(
        (handle) => {
          if (!waiting) return handle.release()
          arrived = handle
          answer(Effect.succeed(handle))
        },
        (thrown: unknown) => {
          client.observe(thrown)
          answer(Effect.fail(fromDriver(thrown)))
        }
      )
      return Effect.sync(() => clearTimeout(timer))
    }).pipe(
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          waiting = false
          arrived?.release()
        })
      )
    )
  })

const noFreeConnection = (timeout: Duration.Duration): DatabaseUnavailable =>
  new DatabaseUnavailable({
    code: "ACQUIRE_TIMEOUT",
    retryable: true,
    reason: `no connection became free within ${Duration.format(timeout)}; raise \`connections\` or shorten transactions`,
    cause: undefined
  })

const start = (client: Client, handle: postgres.ReservedSql, begin: string): Effect.Effect<Pin, DatabaseError> =>
  Effect.suspend(() => {
    const pending = new Set<(error: unknown) => void>()
    const waiters = new Set<() => void>()
    let dead = false
    let driver: DriverConnection | undefined

    const settled = () => {
      if (pending.size > 0) return
      for (const wake of waiters) wake()
      waiters.clear()
    }
    const onDeath = () => {
      dead = true
      for (const reject of pending) reject(closed())
      pending.clear()
      settled()
    }
    /** Sends the statement and settles with it, or with the connection's death if that comes first. */
    const guarded = (query: PromiseLike<unknown>): Promise<unknown> =>
      new Promise((resolve, reject) => {
        pending.add(reject)
        const done = () => {
          pending.delete(reject)
          settled()
        }
        query.then(
          (rows) => (done(), resolve(rows)),
          (error: unknown) => (done(), reject(error instanceof Error ? error : closed()))
        )
      })
    const connection: Connection = {
      unsafe: (text, parameters, options) => {
        if (dead) return refused()
        const query = handle.unsafe(text, parameters as Array<never>, options)
        return pendingQuery(() => guarded(query), () => guarded(query.values()))
      }
    }
    const command = (statement: string, options: object = {}): Effect.Effect<unknown, DatabaseError> =>
      Effect.tryPromise({
        try: () => (dead ? refused() : guarded(handle.unsafe(statement, [], options))),
        catch: fromDriver
      })
    const release = Effect.sync(() => {
      if (driver !== undefined) driver.onclose = null
      if (!dead) handle.release()
    })
    const onexecute = (executing: DriverConnection) => {
      driver = executing
      executing.onclose = onDeath
      return true
    }
    return command(`${begin}; select pg_backend_pid() as pid`, { onexecute }).pipe(
      Effect.tapError((error) => Effect.sync(() => client.observe(error.cause))),
      Effect.map((results): Pin => {
        const [, [row]] = results as [unknown, [{ readonly pid: number }]]
        return {
          connection,
          backend: row.pid,
          command: (statement) =>
            Effect.map(command(statement), (result) => (result as { readonly command: string }).command),
          running: () => pending.size,
          idle: Effect.callback<void>((resume) => {
            if (pending.size === 0) return resume(Effect.void)
            waiters.add(() => resume(Effect.void))
          }),
          release
        }
      }),
      Effect.onExit((exit) => (exit._tag === "Success" ? Effect.void : release))
    )
  })

/** A lazy query, as drizzle expects one: nothing is sent until it is awaited. */
const pendingQuery = (rows: () => Promise<unknown>, values: () => Promise<unknown>): PendingQuery => ({
  // oxlint-disable-next-line unicorn/no-thenable -- the driver's queries are thenables, and this stands in for one
  then: (onfulfilled, onrejected) => rows().then(onfulfilled, onrejected),
  values
})

const refused = (): PendingQuery => {
  const refuse = () => Promise.reject(closed())
  return pendingQuery(refuse, refuse)
}
