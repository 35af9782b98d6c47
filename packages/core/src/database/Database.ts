/**
 * Postgres for everything above it: typed errors, ambient transactions,
 * prepared statements, LISTEN.
 *
 * A call inside `transaction` joins it, whoever wrote the call: that is how an
 * enqueue becomes part of its caller's commit without a handle being passed.
 */
import { Context, Effect, Layer, type Scope, type Stream } from "effect"
import { sql, type SQLWrapper } from "drizzle-orm"
import { checked } from "../options/checks.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import { makeDriver } from "./driver.ts"
import { type DatabaseError, fromDriver } from "./DatabaseError.ts"
import { type DatabaseOptions, resolveOptions } from "./DatabaseOptions.ts"
import { Link } from "./Link.ts"
import { LinkPool } from "./LinkPool.ts"
import type { Notification } from "./listen.ts"
import { openPin, type Pin } from "./Pin.ts"
import { type Drizzle, makeRouter, type RawStatement } from "./router.ts"
import { asStream, makeOnNotify, type OnNotify } from "./sharedListen.ts"
import { commit, makeTransaction, rollback, savepoint, type Transaction } from "./Transaction.ts"

/** @category options */
export interface TransactionOptions {
  /** Ignored by a nested transaction, which is a savepoint of the outer one. Defaults to the server's, read committed. */
  readonly isolation?: "read committed" | "repeatable read" | "serializable" | undefined
}

/**
 * A transaction that outlives the code that opened it.
 *
 * @category models
 */
export interface OpenTransaction {
  /** Runs an effect inside the transaction, as an ambient one. */
  readonly use: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Commits; later calls of `use` fail. */
  readonly commit: Effect.Effect<void, DatabaseError>
  /**
   * Runs an effect that sends one statement, and commits right behind it, in one round trip. Where the effect fails, it
   * has rolled back.
   */
  readonly commitAfter: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | DatabaseError, R>
  readonly rollback: Effect.Effect<void>
}

/** @category services */
export class Database extends Context.Service<
  Database,
  {
    /** The query builder, for building and preparing. Execute through `run`. */
    readonly db: Drizzle
    /** Prepares a statement whose rows are given as they come, by place. Execute it through `run`, as any other. */
    readonly prepareRaw: (statement: SQLWrapper) => RawStatement
    /**
     * Executes a query: in the ambient transaction if there is one, else on any
     * connection. Interruption abandons the answer; inside a transaction it also
     * cancels the statement.
     */
    readonly run: <A>(query: (db: Drizzle) => PromiseLike<A>) => Effect.Effect<A, DatabaseError>
    /**
     * Like `run`, but outside of a transaction it uses the control connections,
     * which handlers cannot occupy. For statements that never wait for a row.
     */
    readonly control: <A>(query: (db: Drizzle) => PromiseLike<A>) => Effect.Effect<A, DatabaseError>
    /** Like `control`, on connections for statements that may wait for a row. */
    readonly mark: <A>(query: (db: Drizzle) => PromiseLike<A>) => Effect.Effect<A, DatabaseError>
    /**
     * Runs an effect in a transaction: commits when it succeeds, rolls back when
     * it fails or is interrupted. Inside another transaction it is a savepoint.
     */
    readonly transaction: <A, E, R>(
      effect: Effect.Effect<A, E, R>,
      options?: TransactionOptions
    ) => Effect.Effect<A, E | DatabaseError, R>
    /** Opens a transaction that is rolled back when the scope closes, unless it was committed before. */
    readonly begin: Effect.Effect<OpenTransaction, DatabaseError, Scope.Scope>
    /**
     * Runs an effect outside of the ambient transaction, if there is one: what it writes stays, whatever becomes of that.
     * It takes connections of its own, and must not wait for what that transaction has locked.
     */
    readonly apart: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Whether the calling fiber is inside a transaction. */
    readonly inTransaction: Effect.Effect<boolean>
    /** Notifications of a channel, for as long as the stream runs. All who listen to a channel share a connection. */
    readonly listen: (channel: string) => Stream.Stream<Notification>
    /** The same by a call, made while the connection is read: for what must not wait for a fiber. It must not throw. */
    readonly onNotify: OnNotify
  }
>()("@drover/core/database/Database") {
  static readonly layer = (options: DatabaseOptions): Layer.Layer<Database, InvalidOptions> =>
    Layer.effect(Database, make(options))
}

let instances = 0

/** @category constructors */
export const make = Effect.fnUntraced(function* (options: DatabaseOptions) {
  const { acquireMillis, connections, controlConnections, markConnections, prepare, ...connecting } = yield* checked(
    () => resolveOptions(options)
  )
  const driver = makeDriver(options.url, connecting)
  const makePool = (max: number) =>
    Effect.acquireRelease(
      Effect.sync(() => new LinkPool({ open: (onDeath) => Link.open(driver, { onDeath }), max, acquireMillis })),
      (opened) => Effect.promise(() => opened.close())
    )
  const pool = yield* makePool(connections)
  const controlPool = yield* makePool(controlConnections)
  const markPool = yield* makePool(markConnections)
  const router = makeRouter(prepare)

  // A key of its own: a transaction of one database is no transaction of another.
  const Current = Context.Reference<Transaction | undefined>(`@drover/core/database/Transaction/${instances++}`, {
    defaultValue: () => undefined
  })
  const within =
    (transaction: Transaction) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.provideService(effect, Current, transaction)

  const runOn =
    (shared: LinkPool) =>
    <A>(query: (db: Drizzle) => PromiseLike<A>): Effect.Effect<A, DatabaseError> =>
      Effect.flatMap(Current, (transaction) =>
        Effect.tryPromise({ try: () => router.on(transaction?.pin.connection ?? shared, query), catch: fromDriver })
      )
  const run = runOn(pool)
  const control = runOn(controlPool)
  const mark = runOn(markPool)

  const apart = Effect.provideService(Current, undefined)

  const cancelBackend = (backend: number): Effect.Effect<void> =>
    control((db) => db.execute(sql`select pg_cancel_backend(${backend}::int)`)).pipe(apart, Effect.ignore)

  const outermost = <A, E, R>(
    body: (transaction: Transaction) => Effect.Effect<A, E, R>,
    isolation: TransactionOptions["isolation"]
  ): Effect.Effect<A, E | DatabaseError, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        openPin(pool, isolation === undefined ? "begin" : `begin isolation level ${isolation}`, restore),
        (pin) =>
          restore(body(makeTransaction(pin, 0))).pipe(
            Effect.onError(() => rollback(pin, cancelBackend)),
            Effect.tap(() => commit(pin)),
            Effect.ensuring(pin.release)
          )
      )
    )

  const transaction = <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    { isolation }: TransactionOptions = {}
  ): Effect.Effect<A, E | DatabaseError, R> =>
    Effect.flatMap(Current, (outer) => {
      const body = (inner: Transaction) => within(inner)(effect)
      return outer === undefined ? outermost(body, isolation) : savepoint(outer, cancelBackend, body)
    })

  const open = (pin: Pin) => {
    let ended = false
    const once = <E>(end: Effect.Effect<void, E>) =>
      Effect.uninterruptible(
        Effect.suspend(() => {
          if (ended) return Effect.void
          ended = true
          return Effect.ensuring(end, pin.release)
        })
      )
    const ending = { commit: once(commit(pin)), rollback: once(rollback(pin, cancelBackend)) }
    const held: OpenTransaction = {
      ...ending,
      use: within(makeTransaction(pin, 0)),
      commitAfter: (last) =>
        Effect.uninterruptible(within(makeTransaction({ ...pin, connection: pin.last }, 0))(last)).pipe(
          Effect.onError(() => ending.rollback),
          Effect.tap(() => ending.commit)
        )
    }
    return held
  }
  const begin = Effect.uninterruptibleMask((restore) =>
    Effect.acquireRelease(Effect.map(openPin(pool, "begin", restore), open), (held) => held.rollback)
  )

  const onNotify = yield* makeOnNotify(driver)
  return Database.of({
    db: router.db,
    prepareRaw: router.prepareRaw,
    run,
    control,
    mark,
    transaction,
    begin,
    apart,
    inTransaction: Effect.map(Current, (current) => current !== undefined),
    listen: (channel) => asStream(onNotify, channel),
    onNotify
  })
})
