/**
 * A connection held by one transaction, for as long as that lasts.
 *
 * A fiber that outlives its transaction still thinks that it is in it. What it
 * sends once the end was sent is refused: the connection is, or soon will be, in
 * somebody else's transaction.
 */
import { Effect } from "effect"
import { type DatabaseError, fromDriver } from "./DatabaseError.ts"
import { type Connection, lazily, sent } from "./Link.ts"
import type { Lease, LinkPool } from "./LinkPool.ts"

export interface Pin {
  readonly connection: Connection
  /** Where the transaction's last statement is sent: `commit` goes right behind it, and everything later is refused. */
  readonly last: Connection
  /** The server process that holds the transaction. */
  readonly backend: number
  /** Runs a statement that carries no values; gives its command tag. */
  readonly command: (statement: string) => Effect.Effect<string, DatabaseError>
  /** Sends a statement in front of whatever is sent next. Its failure shows in those that follow it. */
  readonly precede: (statement: string) => void
  /** Ends the transaction, unless its last statement has; everything after it is refused. */
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
 * Takes a connection for a transaction that begins with its first statement:
 * `begin` goes in front of that, in the same round trip. Call it where nothing
 * interrupts: an interruption right after it would lose the connection.
 * `restore` is for the wait.
 */
export const openPin = (pool: LinkPool, begin: string, restore: Restore): Effect.Effect<Pin, DatabaseError> =>
  Effect.suspend(() => {
    const { cancel, granted } = pool.acquire()
    const acquired = Effect.tryPromise({ try: () => granted, catch: fromDriver })
    return Effect.map(
      Effect.onInterrupt(restore(acquired), () => Effect.sync(cancel)),
      (lease) => toPin(lease, begin)
    )
  })

const toPin = ({ link, release }: Lease, begin: string): Pin => {
  let begun = false
  let over = false
  let committed: Promise<unknown> | undefined
  const precede = (statement: string): void => {
    link.command(statement).catch(() => {}) // what follows it fails as well, and that is told
  }
  /** Sends in order what `send` sends, behind the beginning of the transaction. */
  const within = <A>(send: () => Promise<A>): Promise<A> => {
    if (over) return Promise.reject(ended())
    if (!begun) precede(begin)
    begun = true
    return send()
  }
  const behind = <A>(send: () => Promise<A>): Promise<A> =>
    within(() => {
      const answer = send()
      over = true
      committed = link.command("commit")
      committed.catch(() => {}) // asked for by `end`
      return answer
    })
  const connecting = (through: typeof within): Connection => ({
    unsafe: (text, parameters, options) => {
      const query = link.unsafe(text, parameters, options)
      return lazily(
        () => through(() => sent(query)),
        () => through(() => Promise.resolve(query.values()))
      )
    }
  })
  const answered = (answer: () => Promise<unknown>): Effect.Effect<string, DatabaseError> =>
    Effect.map(
      Effect.tryPromise({ try: answer, catch: fromDriver }),
      (result) => (result as { readonly command: string }).command
    )
  return {
    connection: connecting(within),
    last: connecting(behind),
    backend: link.backend,
    command: (statement) => answered(() => within(() => link.command(statement))),
    precede: (statement) => void within(() => Promise.resolve(precede(statement))).catch(() => {}),
    end: (statement) =>
      Effect.suspend(() => {
        if (committed !== undefined) return answered(() => committed!)
        over = true
        return begun ? answered(() => link.command(statement)) : Effect.succeed(statement.toUpperCase())
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
