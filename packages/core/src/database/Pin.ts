/**
 * A connection held by one transaction, for as long as that lasts.
 *
 * A fiber that outlives its transaction still thinks that it is in it. What it
 * sends once the end was sent is refused: the connection is, or soon will be, in
 * somebody else's transaction.
 */
import { Effect } from "effect"
import { type DatabaseError, fromDriver } from "./DatabaseError.ts"
import { type Connection, lazily } from "./Link.ts"
import type { Lease, LinkPool } from "./LinkPool.ts"

export interface Pin {
  readonly connection: Connection
  /** The server process that holds the transaction. */
  readonly backend: number
  /** Runs a statement that carries no values; gives its command tag. */
  readonly command: (statement: string) => Effect.Effect<string, DatabaseError>
  /** Runs the statement that ends the transaction; everything after it is refused. */
  readonly end: (statement: "commit" | "rollback") => Effect.Effect<string, DatabaseError>
  /** Whether a statement was sent and not answered. */
  readonly busy: () => boolean
  /** Resolves when no statement is running. */
  readonly idle: Effect.Effect<void>
  /** Gives the connection back; the transaction has ended. */
  readonly release: Effect.Effect<void>
}

/** Lets the wait for a connection be interrupted, inside a region where nothing else can be. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Takes a connection and sends `begin` on it. Call it where nothing interrupts:
 * an interruption right after it would lose the connection, one during `begin`
 * would take an open transaction back into the pool. `restore` is for the wait.
 */
export const openPin = (pool: LinkPool, begin: string, restore: Restore): Effect.Effect<Pin, DatabaseError> =>
  Effect.suspend(() => {
    const { cancel, granted } = pool.acquire()
    const acquired = Effect.tryPromise({ try: () => granted, catch: fromDriver })
    return Effect.flatMap(
      Effect.onInterrupt(restore(acquired), () => Effect.sync(cancel)),
      (lease) => {
        const pin = toPin(lease)
        return pin.command(begin).pipe(
          Effect.onError(() => pin.release),
          Effect.as(pin)
        )
      }
    )
  })

const toPin = ({ link, release }: Lease): Pin => {
  let over = false
  const send = (statement: string): Effect.Effect<string, DatabaseError> =>
    Effect.map(
      Effect.tryPromise({ try: () => link.command(statement), catch: fromDriver }),
      (result) => (result as { readonly command: string }).command
    )
  return {
    connection: {
      unsafe: (text, parameters, options) => {
        const query = link.unsafe(text, parameters, options)
        const unlessOver = (use: () => PromiseLike<unknown>) =>
          over ? Promise.reject(ended()) : Promise.resolve(use())
        return lazily(
          () => unlessOver(() => query),
          () => unlessOver(() => query.values())
        )
      }
    },
    backend: link.backend,
    command: (statement) => Effect.suspend(() => (over ? Effect.fail(fromDriver(ended())) : send(statement))),
    end: (statement) =>
      Effect.suspend(() => {
        over = true
        return send(statement)
      }),
    busy: () => link.busy,
    idle: Effect.callback<void>((resume) => link.whenIdle(() => resume(Effect.void))),
    release: Effect.sync(release)
  }
}

/** 25P01 is what Postgres itself says of a transaction that is none. */
const ended = (): Error =>
  Object.assign(new Error("the transaction has ended; what is to outlive it must not be forked or kept inside it"), {
    code: "25P01"
  })
