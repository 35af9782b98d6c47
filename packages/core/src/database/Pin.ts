/**
 * A connection held by one transaction, with a guard.
 *
 * postgres.js 3.4.9 gives a dead reserved connection a new socket behind its
 * holder's back, so that a later statement of the transaction would run outside
 * of it, or it writes to a socket that is gone and takes the process down; and
 * its `reserve()` never answers when it has to connect first and the start-up
 * type query is off. So the pin takes a connection the way the driver's own
 * `begin` does, hears of its death first, and refuses what comes after.
 */
import { Duration, Effect } from "effect"
import type { Client, Connection, DriverConnection, DriverQuery, PendingQuery } from "./client.ts"
import { type DatabaseError, DatabaseUnavailable, fromDriver } from "./DatabaseError.ts"

/** Goes back to the pool by itself when its transaction ends, by `commit`, `rollback` or death. */
export interface Pin {
  readonly connection: Connection
  /** The server process that holds the transaction. */
  readonly backend: number
  /** Runs a statement that carries no values; gives its command tag. */
  readonly command: (statement: string) => Effect.Effect<string, DatabaseError>
  /** Whether a statement was sent and not answered. */
  readonly busy: () => boolean
  /** Resolves when no statement is running. */
  readonly idle: Effect.Effect<void>
}

/** Takes a connection out of the pool by sending `begin` on it. */
export const openPin = (
  client: Client,
  begin: string,
  acquireTimeout: Duration.Duration
): Effect.Effect<Pin, DatabaseError> =>
  Effect.callback<Pin, DatabaseError>((resume) => {
    const held = new HeldConnection(client)
    let wanted = true
    const giveUp = () => {
      wanted = false
      clearTimeout(timer)
    }
    const timer = setTimeout(() => {
      giveUp()
      held.abandon()
      resume(Effect.fail(noFreeConnection(acquireTimeout)))
    }, Duration.toMillis(acquireTimeout))
    held.begin(begin).then(
      (backend) => {
        if (!wanted) return held.abandon()
        giveUp()
        resume(Effect.succeed(toPin(held, backend)))
      },
      (thrown: unknown) => {
        if (!wanted) return
        giveUp()
        client.observe(thrown)
        resume(Effect.fail(fromDriver(thrown)))
      }
    )
    return Effect.sync(() => {
      giveUp()
      held.abandon()
    })
  })

const noFreeConnection = (timeout: Duration.Duration): DatabaseUnavailable =>
  new DatabaseUnavailable({
    code: "ACQUIRE_TIMEOUT",
    retryable: true,
    reason: `no connection became free within ${Duration.format(timeout)}; raise \`connections\` or shorten transactions`,
    cause: undefined
  })

const toPin = (held: HeldConnection, backend: number): Pin => ({
  connection: held,
  backend,
  command: (statement) =>
    Effect.map(
      Effect.tryPromise({ try: () => held.send(statement), catch: fromDriver }),
      (result) => (result as { readonly command: string }).command
    ),
  busy: () => held.running > 0,
  idle: Effect.callback<void>((resume) => held.whenIdle(() => resume(Effect.void)))
})

/** The driver's connection from `begin` to the end of the transaction. */
class HeldConnection implements Connection {
  readonly #client: Client
  #driver: DriverConnection | undefined
  #over = false
  /** The driver asked to wait with further statements until it calls back. */
  #full = false
  readonly #waiting: Array<DriverQuery> = []
  readonly #idleWaiters: Array<() => void> = []
  running = 0

  constructor(client: Client) {
    this.#client = client
  }

  /** Resolves with the server's process id once the transaction is open. */
  async begin(statement: string): Promise<number> {
    const query = this.#client.unsafe(`${statement}; select pg_backend_pid() as pid`, [], {
      prepare: false,
      onexecute: (driver) => {
        this.#driver = driver
        driver.onclose = this.#onDeath
        driver.reserved = this.#onReady
        return false // the pool is not to put other statements on it
      }
    })
    const [, [row]] = (await query) as [unknown, [{ readonly pid: number }]]
    return row.pid
  }

  /**
   * Nobody waits for `begin` any more: it is undone as soon as it is answered.
   * It is not canceled, for a canceled first query leaves the driver's connection unused for ever.
   */
  abandon(): void {
    if (this.#driver !== undefined) this.send("rollback").catch(() => {}) // what cannot roll back is dead
  }

  /** Sends a statement without values at once. */
  send(statement: string): Promise<unknown> {
    return this.#guarded(this.#query(statement, [], { prepare: false }))
  }

  unsafe(text: string, parameters: ReadonlyArray<unknown>, options: { readonly prepare: boolean }): PendingQuery {
    const query = this.#query(text, parameters, options)
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- the driver's queries are lazy thenables, and this stands in for one
      then: (onfulfilled, onrejected) => this.#guarded(query).then(onfulfilled, onrejected),
      values: () => this.#guarded(query.values())
    }
  }

  whenIdle(resume: () => void): void {
    if (this.running === 0) resume()
    else this.#idleWaiters.push(resume)
  }

  #query(text: string, parameters: ReadonlyArray<unknown>, options: { readonly prepare: boolean }): DriverQuery {
    const query = this.#client.unsafe(text, parameters, options)
    query.handler = this.#execute
    return query
  }

  async #guarded(query: DriverQuery): Promise<unknown> {
    this.running++
    try {
      return await query
    } finally {
      if (--this.running === 0) for (const resume of this.#idleWaiters.splice(0)) resume()
    }
  }

  readonly #execute = (query: DriverQuery): void => {
    // the driver takes its hook away when the transaction ends, also by a `commit` of the caller's own
    if (this.#over || this.#driver?.reserved !== this.#onReady) return query.reject(closed())
    if (this.#full) this.#waiting.push(query)
    else this.#full = !this.#driver.execute(query)
  }

  /** Called by the driver when all that was sent is answered and the transaction is still open. */
  readonly #onReady = (): void => {
    this.#full = false
    for (const query of this.#waiting.splice(0)) this.#execute(query)
  }

  /** Called by the driver before it may use the connection again; it has failed what was sent. */
  readonly #onDeath = (): void => {
    this.#over = true
    for (const query of this.#waiting.splice(0)) query.reject(closed())
  }
}

const closed = (): Error =>
  Object.assign(new Error("the connection of this transaction was closed, or the transaction has ended"), {
    code: "CONNECTION_CLOSED"
  })
