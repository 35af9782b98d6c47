/**
 * Links for statements, which share them, and for transactions, which have one to themselves.
 *
 * First come, first served: a transaction that waits for a link is not overtaken by statements that could share one.
 */
import { DatabaseUnavailable } from "./DatabaseError.ts"
import { type Connection, lazily, type Link, type PendingQuery } from "./Link.ts"

export interface LinkPoolOptions {
  readonly open: (onDeath: () => void) => Promise<Link>
  readonly max: number
  /** How long one may wait for a link, in milliseconds. */
  readonly acquireMillis: number
}

/** Statements sent on one link before its first is answered: enough to keep it busy, few enough not to queue behind a slow one. */
const PIPELINE = 16
/** Between an attempt to connect that failed and the next, in milliseconds. */
const BACKOFF = 200
/** An idle link older than this is replaced, in milliseconds. */
const LIFETIME = 45 * 60_000

interface Slot {
  link: Link | undefined
  users: number
  exclusive: boolean
  readonly retireAt: number
}

interface Request {
  readonly exclusive: boolean
  readonly grant: (slot: Slot, link: Link) => void
  readonly fail: (error: unknown) => void
}

/** A link of one's own, until it is released. */
export interface Lease {
  readonly link: Link
  readonly release: () => void
}

export class LinkPool implements Connection {
  readonly #options: LinkPoolOptions
  readonly #slots = new Set<Slot>()
  readonly #queue: Array<Request> = []
  #failedAt = -Infinity
  #closing = false

  constructor(options: LinkPoolOptions) {
    this.#options = options
  }

  /** Runs a statement on any link. */
  unsafe(text: string, parameters: ReadonlyArray<unknown>, options: { readonly prepare: boolean }): PendingQuery {
    const run = async (send: (query: PendingQuery) => PromiseLike<unknown>): Promise<unknown> => {
      const { link, release } = this.#leaseNow() ?? (await this.#request(false).granted)
      try {
        return await send(link.unsafe(text, parameters, options))
      } finally {
        release()
      }
    }
    return lazily(
      () => run((query) => query),
      () => run((query) => query.values())
    )
  }

  /** A link for a transaction. `cancel` stops waiting for it, or gives it back. */
  acquire(): { readonly granted: Promise<Lease>; readonly cancel: () => void } {
    return this.#request(true)
  }

  async close(): Promise<void> {
    this.#closing = true
    for (const { fail } of this.#queue.splice(0)) fail(unavailable("POOL_CLOSED", "the database layer is closed"))
    const links = [...this.#slots].flatMap(({ link }) => (link === undefined ? [] : [link]))
    await Promise.allSettled(links.map((link) => link.close()))
  }

  /** To share a link, when there is one and nobody waits. */
  #leaseNow(): Lease | undefined {
    if (this.#closing || this.#queue.length > 0) return undefined
    const slot = this.#openSlotFor(false)
    if (slot?.link === undefined) return undefined
    slot.users++
    return { link: slot.link, release: () => this.#leave(slot) }
  }

  #request(exclusive: boolean): { readonly granted: Promise<Lease>; readonly cancel: () => void } {
    const { promise: granted, reject, resolve } = Promise.withResolvers<Lease>()
    let over = false
    let lease: Lease | undefined
    const end = () => {
      over = true
      clearTimeout(timer)
      const place = this.#queue.indexOf(request)
      if (place >= 0) this.#queue.splice(place, 1)
    }
    const request: Request = {
      exclusive,
      grant: (slot, link) => {
        if (over) return this.#leave(slot) // it came too late
        end()
        let held = true
        const release = () => {
          if (held) this.#leave(slot)
          held = false
        }
        lease = { link, release }
        resolve(lease)
      },
      fail: (error) => {
        end()
        reject(error)
      }
    }
    let timer: NodeJS.Timeout | undefined
    if (this.#closing) request.fail(unavailable("POOL_CLOSED", "the database layer is closed"))
    else {
      this.#queue.push(request)
      this.#serve()
      if (!over) {
        timer = setTimeout(() => {
          request.fail(
            unavailable(
              "ACQUIRE_TIMEOUT",
              `no connection became free within ${this.#options.acquireMillis} ms; raise \`connections\` or shorten transactions`
            )
          )
        }, this.#options.acquireMillis)
      }
    }
    const cancel = () => {
      end()
      lease?.release() // granted, and not told yet
    }
    return { granted, cancel }
  }

  /** Hands out links for as long as the first in line can have one. */
  #serve(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const slot = this.#slotFor(first)
      if (slot === undefined) return
      this.#queue.shift()
      slot.users++
      slot.exclusive = first.exclusive
      if (slot.link === undefined) void this.#open(slot, first)
      else first.grant(slot, slot.link)
    }
  }

  /** An idle one, or one to share where no other may be opened. */
  #openSlotFor(exclusive: boolean): Slot | undefined {
    let shared: Slot | undefined
    for (const slot of this.#slots) {
      if (slot.link === undefined || slot.exclusive) continue
      if (slot.users === 0) return slot
      if (!exclusive && slot.users < PIPELINE && slot.users < (shared?.users ?? Infinity)) shared = slot
    }
    return this.#slots.size >= this.#options.max ? shared : undefined
  }

  #slotFor({ exclusive }: Request): Slot | undefined {
    const open = this.#openSlotFor(exclusive)
    if (open !== undefined || this.#slots.size >= this.#options.max) return open
    // not all at one moment: a server that is restarted for this should not be stormed again
    const slot = {
      link: undefined,
      users: 0,
      exclusive: true,
      retireAt: Date.now() + LIFETIME * (0.8 + Math.random() * 0.4)
    }
    this.#slots.add(slot)
    return slot
  }

  async #open(slot: Slot, request: Request): Promise<void> {
    try {
      const wait = this.#failedAt + BACKOFF - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      const link = await this.#options.open(() => {
        this.#slots.delete(slot)
        this.#serve()
      })
      if (link.dead) throw Object.assign(new Error("the connection was closed"), { code: "CONNECTION_CLOSED" })
      slot.link = link
      slot.exclusive = request.exclusive
      request.grant(slot, link)
      if (this.#closing) await link.close()
    } catch (error) {
      this.#failedAt = performance.now()
      this.#slots.delete(slot)
      request.fail(error)
    }
    this.#serve()
  }

  #leave(slot: Slot): void {
    slot.users--
    if (slot.users > 0) return
    slot.exclusive = false
    if (Date.now() > slot.retireAt) {
      this.#slots.delete(slot)
      slot.link?.close().catch(() => {})
    }
    this.#serve()
  }
}

const unavailable = (code: string, reason: string): DatabaseUnavailable =>
  new DatabaseUnavailable({ code, reason, retryable: code !== "POOL_CLOSED", cause: undefined })
