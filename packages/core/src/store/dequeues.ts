/**
 * The dequeues of a store, over its statements.
 */
import { Effect, Exit, Option, Scope } from "effect"
import type { SQL } from "drizzle-orm"
import type { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Claim, ClaimStore } from "./Claim.ts"
import { type BadRow, claimRows, recordOf } from "./claimRows.ts"
import { type Fence, fenceValues } from "./Fence.ts"
import type { LockedClaim } from "./LockedClaim.ts"
import type { StoreContext } from "./StoreContext.ts"
import { DequeueInTransaction, DequeueRace, RecordNotFound } from "./StoreError.ts"
import type { Key } from "../table/Key.ts"
import { dequeue } from "./statements/dequeue.ts"
import { claimLocked, lockCandidates } from "./statements/dequeueView.ts"
import { requeueClaim } from "./statements/requeue.ts"
import { lockRecord } from "./statements/lockRecord.ts"
import { selectRecord } from "./statements/selectRecord.ts"
import type { DequeueOptions } from "./WorkStore.ts"

type Row = Readonly<Record<string, unknown>>
type Options = DequeueOptions<string>

/** How often `dequeueLocked` may lose a record between choosing and locking it before it says so. */
const RACES = 16

const none: ReadonlyArray<SQL> = []

export const makeDequeues = <R, Id extends Key>(
  context: StoreContext,
  database: Database["Service"],
  store: ClaimStore<Id>,
  markFailed: (fence: Fence<Id>, message: string) => Effect.Effect<unknown, DatabaseError>
) => {
  const lock = lockRecord(context).prepare("lockRecord")
  const read = selectRecord(context).prepare("selectRecord")
  const giveBack = requeueClaim(context).prepare("requeueClaim")

  const take = makeTake(context, database)

  const outsideTransaction = Effect.flatMap(database.inTransaction, (inside) =>
    inside ? Effect.fail(new DequeueInTransaction({ store: context.name })) : Effect.void
  )
  const failBad = (bad: ReadonlyArray<BadRow<Id>>) =>
    Effect.forEach(bad, (row) => markFailed(row, row.reason), { discard: true })

  /** Rows that cannot be decoded become failed, and their places are filled with the next ones. */
  const dequeueBatch = Effect.fnUntraced(function* (limit: number, options: Options = {}) {
    yield* outsideTransaction
    const taken: Array<Claim<R, Id>> = []
    for (let wanted = limit; wanted > 0;) {
      const rows = yield* take(wanted, options)
      const { bad, claims } = claimRows<R, Id>(rows, options.workerHostname ?? "", store)
      yield* failBad(bad)
      taken.push(...claims)
      wanted = bad.length
    }
    return taken
  })

  const lockOne = Effect.fnUntraced(function* (claim: Claim<R, Id>) {
    const values = fenceValues(claim)
    // marked already: without a transaction to lock it in, it would wait for the resetter
    const giveUp = database.mark(() => giveBack.execute({ ...values, after: null, delayMillis: 0 }))
    const transaction = yield* Effect.tapError(database.begin, () => Effect.ignore(giveUp))
    const [locked] = yield* transaction.use(database.run(() => lock.execute(values)))
    if (locked === undefined) {
      yield* transaction.rollback
      return undefined
    }
    const [row] = yield* transaction.use(database.run(() => read.execute(values)))
    if (row === undefined) {
      yield* transaction.rollback
      return yield* new RecordNotFound({ store: context.name, id: claim.id })
    }
    const fields = recordOf(row)
    // it was decodable a moment ago, in the first step; what changed it meanwhile is waited for by nobody
    const current = "record" in fields ? claim.withRecord(fields.record as R) : claim
    const held: LockedClaim<R, Id> = { claim: current, ...transaction }
    return held
  })

  const dequeueLocked = Effect.fnUntraced(function* (options: Options = {}) {
    for (let races = 0; races < RACES; races++) {
      const [claim] = yield* dequeueBatch(1, options)
      if (claim === undefined) return Option.none<LockedClaim<R, Id>>()
      const held = yield* lockOne(claim)
      if (held !== undefined) return Option.some(held)
    }
    return yield* new DequeueRace({ store: context.name, races: RACES })
  })

  const dequeueIndependent = (options?: Options) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Scope.make(), (scope) => {
        const close = Scope.close(scope, Exit.void)
        return restore(Scope.provide(dequeueLocked(options), scope)).pipe(
          Effect.onError(() => close),
          Effect.map(
            Option.map((held): LockedClaim<R, Id> => ({
              ...held,
              commit: Effect.ensuring(held.commit, close),
              rollback: Effect.ensuring(held.rollback, close)
            }))
          ),
          Effect.tap((held) => (Option.isNone(held) ? close : Effect.void))
        )
      })
    )

  return {
    dequeue: (options?: Options) => Effect.map(dequeueBatch(1, options), (claims) => Option.fromUndefinedOr(claims[0])),
    dequeueBatch,
    dequeueLocked,
    dequeueIndependent
  }
}

/** The statement, or the two statements, that take rows; built once for each constant list of conditions. */
const makeTake = (context: StoreContext, database: Database["Service"]) => {
  const throughView = context.source !== context.table
  const one = cached((conditions) => dequeue(context, conditions).prepare("dequeue"))
  const two = cached((conditions) => ({
    lock: lockCandidates(context, conditions).prepare("lockCandidates"),
    claim: claimLocked(context, conditions).prepare("claimLocked")
  }))

  const fromTable = (limit: number, options: Options) => {
    const statement = one(options.conditions ?? none)
    const values = { ...options.values, limit, workerHostname: options.workerHostname ?? "" }
    return Effect.map(
      database.control(() => statement.execute(values)),
      (rows) => inOrder(rows, (row) => row["place"])
    )
  }

  const fromView = Effect.fnUntraced(function* (limit: number, options: Options) {
    const { claim, lock } = two(options.conditions ?? none)
    const locked = yield* database.run(() => lock.execute({ ...options.values, limit }))
    if (locked.length === 0) return []
    const places = new Map(locked.map(({ id }, place) => [id, place]))
    const values = {
      ...options.values,
      ids: locked.map(({ id }) => id),
      workerHostname: options.workerHostname ?? ""
    }
    const rows = yield* database.run(() => claim.execute(values))
    return inOrder(rows, (row) => places.get(row["$id"]))
  })

  return (limit: number, options: Options): Effect.Effect<ReadonlyArray<Row>, DatabaseError> =>
    throughView ? database.transaction(fromView(limit, options)) : fromTable(limit, options)
}

const inOrder = <A extends Row>(rows: ReadonlyArray<A>, place: (row: A) => unknown): ReadonlyArray<A> =>
  rows.toSorted((a, b) => Number(place(a)) - Number(place(b)))

/** Builds once for each list, known by its identity. */
const cached = <A>(build: (conditions: ReadonlyArray<SQL>) => A) => {
  const built = new WeakMap<ReadonlyArray<SQL>, A>()
  return (conditions: ReadonlyArray<SQL>): A => {
    const known = built.get(conditions)
    if (known !== undefined) return known
    const statement = build(conditions)
    built.set(conditions, statement)
    return statement
  }
}
