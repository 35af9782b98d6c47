/**
 * A transaction a fiber is in: a pinned connection and how deep savepoints are nested on it.
 *
 * Only this module sends `commit`, `rollback` and `savepoint`.
 */
import { Effect, Semaphore } from "effect"
import { type DatabaseError, StatementRejected } from "./DatabaseError.ts"
import { lazily, sent } from "./Link.ts"
import type { Pin } from "./Pin.ts"

export interface Transaction {
  readonly pin: Pin
  readonly depth: number
  /** One savepoint at a time on a connection: nested transactions of sibling fibers wait for each other. */
  readonly nesting: Semaphore.Semaphore
}

export const makeTransaction = (pin: Pin, depth: number): Transaction => new Level(() => pin, depth)

/** Has what it is asked for, when it is asked: most bodies of a savepoint send nothing, and nest nothing. */
class Level implements Transaction {
  readonly depth: number
  readonly #connect: () => Pin
  #pin: Pin | undefined
  #nesting: Semaphore.Semaphore | undefined

  constructor(connect: () => Pin, depth: number) {
    this.#connect = connect
    this.depth = depth
  }

  get pin(): Pin {
    return (this.#pin ??= this.#connect())
  }

  get nesting(): Semaphore.Semaphore {
    return (this.#nesting ??= Semaphore.makeUnsafe(1))
  }
}

/** Ends a statement that an interrupted fiber left running, so that `rollback` need not wait for it. */
export type CancelBackend = (backend: number) => Effect.Effect<void>

/**
 * Fails when Postgres rolled back instead: a statement of the transaction was
 * rejected, and its error was swallowed.
 */
export const commit = (pin: Pin): Effect.Effect<void, DatabaseError> =>
  Effect.flatMap(pin.end("commit"), (tag) => (tag === "ROLLBACK" ? Effect.fail(swallowed()) : Effect.void))

const ABORTED = "25P02"

const swallowed = (): StatementRejected =>
  new StatementRejected({
    code: ABORTED,
    retryable: false,
    reason:
      "the transaction was rolled back, because a statement in it was rejected and the error was caught; wrap the statement in a nested Database.transaction to go on after its failure",
    cause: undefined
  })

/** Never fails: a connection that cannot roll back is dead, and its transaction with it. */
export const rollback = (pin: Pin, cancel: CancelBackend): Effect.Effect<void> =>
  Effect.andThen(quiesce(pin, cancel), Effect.ignore(pin.end("rollback")))

/**
 * Runs `body` between a savepoint and its release, or undoes what it did. Fails as `commit` does on swallowed errors.
 *
 * The savepoint goes in front of the first statement, so that a body which sends none costs nothing.
 */
export const savepoint = <A, E, R>(
  outer: Transaction,
  cancel: CancelBackend,
  body: (inner: Transaction) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | DatabaseError, R> => {
  const name = `drover_${outer.depth}`
  return outer.nesting.withPermits(1)(
    Effect.uninterruptibleMask((restore) => {
      let saving: Saving | undefined
      const connect = () => (saving = savingBefore(outer.pin, `savepoint ${name}`)).pin
      const inner = new Level(connect, outer.depth + 1)
      return Effect.flatMap(Effect.exit(restore(body(inner))), (exit) => {
        if (saving === undefined || !saving.saved()) return exit
        return Effect.andThen(
          exit._tag === "Success" ? release(outer.pin, name, cancel) : undo(outer.pin, name, cancel),
          exit
        )
      })
    })
  )
}

const undo = (pin: Pin, name: string, cancel: CancelBackend): Effect.Effect<void> =>
  Effect.andThen(
    quiesce(pin, cancel),
    Effect.ignore(pin.command(`rollback to savepoint ${name}; release savepoint ${name}`))
  )

/** One that is refused leaves the savepoint, and with it a way back. */
const release = (pin: Pin, name: string, cancel: CancelBackend): Effect.Effect<unknown, DatabaseError> =>
  Effect.tapError(pin.command(`release savepoint ${name}`), () => undo(pin, name, cancel)).pipe(
    Effect.mapError((error) => (error.code === ABORTED ? swallowed() : error))
  )

interface Saving {
  readonly pin: Pin
  readonly saved: () => boolean
}

/** The same connection, with a statement in front of the first that is sent on it. */
const savingBefore = (pin: Pin, statement: string): Saving => {
  let saved = false
  const first = (): void => {
    if (!saved) pin.precede(statement)
    saved = true
  }
  const inner: Pin = {
    ...pin,
    connection: {
      unsafe: (text, parameters, options) => {
        const query = pin.connection.unsafe(text, parameters, options)
        const send = <B>(use: () => B): B => {
          first()
          return use()
        }
        return lazily(
          () => send(() => sent(query)),
          () => send(() => Promise.resolve(query.values()))
        )
      }
    },
    command: (text) =>
      Effect.suspend(() => {
        first()
        return pin.command(text)
      }),
    precede: (text) => {
      first()
      pin.precede(text)
    }
  }
  return { pin: inner, saved: () => saved }
}

const quiesce = (pin: Pin, cancel: CancelBackend): Effect.Effect<void> =>
  Effect.suspend(() => (!pin.busy() ? Effect.void : Effect.andThen(cancel(pin.backend), pin.idle)))
