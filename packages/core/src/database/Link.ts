/**
 * One connection to the server, from its first breath to its last.
 *
 * postgres.js mends its connections behind its users' backs, and not always
 * well: a transaction's later statement may run outside of it on the new
 * socket; a socket that closes between a write and its flush leaves a slot that
 * never connects again. So a link is never mended. It has a client of its own,
 * hears of its death before the driver could reuse it, fails what was sent,
 * refuses what comes after, and is thrown away.
 */
import type { DriverClient, DriverConnection, DriverEvents, DriverQuery } from "./driver.ts"

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

export interface LinkEvents {
  readonly onDeath?: () => void
  readonly onNotify?: (channel: string, payload: string) => void
}

export class Link implements Connection {
  readonly #client: DriverClient
  readonly #events: LinkEvents
  #driver: DriverConnection | undefined
  #dead = false
  /** The driver asked to wait with further statements until it calls back. */
  #full = false
  readonly #waiting: Array<DriverQuery> = []
  /** Sent and not answered. */
  readonly #running = new Set<(error: unknown) => void>()
  readonly #idleWaiters: Array<() => void> = []
  /** The server process at the other end. */
  backend = 0

  private constructor(driver: (events: DriverEvents) => DriverClient, events: LinkEvents) {
    this.#events = events
    this.#client = driver({
      onclose: () => this.#die(),
      onnotify: (channel, payload) => events.onNotify?.(channel, payload)
    })
  }

  /** Connects. */
  static async open(driver: (events: DriverEvents) => DriverClient, events: LinkEvents = {}): Promise<Link> {
    const link = new Link(driver, events)
    const ours = Object.assign(() => link.#onReady(), { release: true })
    const [row] = (await link.#client.unsafe("select pg_backend_pid() as pid", [], {
      prepare: false,
      onexecute: (connection) => {
        link.#driver = connection
        connection.reserved = ours
        return true
      }
    })) as [{ readonly pid: number }]
    link.backend = row.pid
    return link
  }

  get dead(): boolean {
    return this.#dead
  }

  get busy(): boolean {
    return this.#running.size > 0
  }

  whenIdle(resume: () => void): void {
    if (this.busy) this.#idleWaiters.push(resume)
    else resume()
  }

  unsafe(text: string, parameters: ReadonlyArray<unknown>, options: { readonly prepare: boolean }): PendingQuery {
    const query = this.#client.unsafe(text, parameters, options)
    query.handler = this.#execute
    return lazily(
      () => this.#guarded(query),
      () => this.#guarded(query.values())
    )
  }

  /** Sends a statement without values at once; gives the driver's result. */
  command(statement: string): Promise<unknown> {
    return sent(this.unsafe(statement, [], { prepare: false }))
  }

  /** Says goodbye to the server. */
  close(): Promise<void> {
    this.#dead = true
    for (const query of this.#waiting.splice(0)) query.reject(closed())
    if (this.#driver !== undefined) this.#driver.reserved = null // else the driver waits for us
    return this.#client.end({ timeout: 1 })
  }

  /** Settles with the statement, or with the link's death if that comes first. */
  #guarded(query: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#running.add(reject)
      const settle = (answer: () => void) => {
        this.#running.delete(reject)
        answer()
        if (!this.busy) for (const resume of this.#idleWaiters.splice(0)) resume()
      }
      query.then(
        (rows) => settle(() => resolve(rows)),
        (error: unknown) => settle(() => reject(error))
      )
    })
  }

  readonly #execute = (query: DriverQuery): void => {
    if (this.#dead || this.#driver === undefined) return query.reject(closed())
    if (this.#full) this.#waiting.push(query)
    else this.#full = !this.#driver.execute(query)
  }

  #onReady(): void {
    this.#full = false
    for (const query of this.#waiting.splice(0)) this.#execute(query)
  }

  #die(): void {
    if (this.#dead) return
    this.#dead = true
    for (const query of this.#waiting.splice(0)) query.reject(closed())
    // the driver forgets what it was given while it broke: nothing is running any more, whether it says so or not
    const stranded = [...this.#running]
    this.#running.clear()
    for (const reject of stranded) reject(closed())
    for (const resume of this.#idleWaiters.splice(0)) resume()
    this.#events.onDeath?.()
  }
}

/** A query that is sent when it is awaited. */
export const lazily = (rows: () => Promise<unknown>, values: () => Promise<unknown>): PendingQuery => ({
  // oxlint-disable-next-line unicorn/no-thenable -- the driver's queries are lazy thenables, and this stands in for one
  then: (onfulfilled, onrejected) => rows().then(onfulfilled, onrejected),
  values
})

/** Sends a query now, and not when somebody gets round to awaiting it: what is sent after it runs after it. */
export const sent = (query: PromiseLike<unknown>): Promise<unknown> =>
  new Promise((resolve, reject) => void query.then(resolve, reject))

const closed = (): Error => Object.assign(new Error("the connection was closed"), { code: "CONNECTION_CLOSED" })
