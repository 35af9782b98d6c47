/**
 * The dequeues of a store, over its statements.
 */
import { Effect, Exit, Option, Scope } from "effect"
import type { SQL } from "drizzle-orm"
import type { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { RawRow } from "../database/router.ts"
import type { Claim, ClaimStore } from "./Claim.ts"
import { type BadRow, type ClaimReader, claimReader } from "./claimReader.ts"
import { type Fence, fenceValues } from "./Fence.ts"
import type { LockedClaim } from "./LockedClaim.ts"
import type { LowWaterMark, Position } from "./LowWaterMark.ts"
import { timedOrder } from "./position.ts"
import type { StoreContext } from "./StoreContext.ts"
import { cached } from "./cached.ts"
import { recordReader } from "./recordReader.ts"
import { Returned } from "./Returned.ts"
import { DequeueInTransaction, DequeueRace, RecordNotFound } from "./StoreError.ts"
import type { Key } from "../table/Key.ts"
import { dequeue } from "./statements/dequeue.ts"
import { dequeueFromMark } from "./statements/dequeueFromMark.ts"
import { claimLocked, lockCandidates, viewReader } from "./statements/dequeueView.ts"
import { requeueClaim } from "./statements/requeue.ts"
import { lockRecord } from "./statements/lockRecord.ts"
import { selectRecord } from "./statements/selectRecord.ts"
import type { BatchOptions, DequeueOptions } from "./WorkStore.ts"

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
  const throughView = context.source !== context.table
  const returned = new Returned()
  const recordOf = recordReader(returned, context.selection)
  const lock = database.prepareRaw(lockRecord(context, throughView ? {} : returned.fields))
  const select = database.prepareRaw(selectRecord(context, returned.fields))
  const giveBack = requeueClaim(context).prepare("requeueClaim")

  const take = (throughView ? fromView : fromTable)(context, database)

  const outsideTransaction = Effect.flatMap(database.inTransaction, (inside) =>
    inside ? Effect.fail(new DequeueInTransaction({ store: context.name })) : Effect.void
  )
  const failBad = (bad: ReadonlyArray<BadRow<Id>>) =>
    Effect.forEach(bad, (row) => markFailed(row, row.reason), { discard: true })

  /** Rows that cannot be decoded become failed, and their places are filled with the next ones. */
  const dequeueBatch = (limit: number, options: BatchOptions<string> = {}) =>
    Effect.andThen(outsideTransaction, takeUpTo(limit, options))

  const takeUpTo = (
    wanted: number,
    options: BatchOptions<string>
  ): Effect.Effect<ReadonlyArray<Claim<R, Id>>, DatabaseError> =>
    wanted < 1
      ? Effect.succeed([])
      : Effect.flatMap(take.rows(wanted, options), (rows) => {
          const { bad, claims } = take.reader.read<R, Id>(rows, options.workerHostname ?? "", store)
          if (bad.length === 0) return Effect.succeed(claims)
          return Effect.map(Effect.andThen(failBad(bad), takeUpTo(bad.length, options)), (more) => [...claims, ...more])
        })

  const lockOne = Effect.fnUntraced(function* (claim: Claim<R, Id>) {
    const values = fenceValues(claim)
    // marked already: without a transaction to lock it in, it would wait for the resetter
    const giveUp = database.mark(() => giveBack.execute({ ...values, after: null, delayMillis: 0 }))
    const transaction = yield* Effect.onError(database.begin, () => Effect.ignore(giveUp))
    const [locked] = yield* transaction.use(database.run(() => lock.execute(values)))
    if (locked === undefined) {
      yield* transaction.rollback
      return undefined
    }
    const [row] = throughView ? yield* transaction.use(database.run(() => select.execute(values))) : [locked.slice(1)]
    if (row === undefined) {
      yield* transaction.rollback
      return yield* new RecordNotFound({ store: context.name, id: claim.id })
    }
    const { record } = recordOf(row, claim.workerHostname)
    // it was decodable a moment ago, in the first step; what changed it meanwhile is waited for by nobody
    const current = record === undefined ? claim : claim.withRecord(record as R)
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
    lockClaim: (claim: Claim<unknown, Id>) => Effect.map(lockOne(claim as Claim<R, Id>), Option.fromUndefinedOr),
    dequeueLocked,
    dequeueIndependent
  }
}

/** Takes rows, and says how they are read. */
interface Take {
  readonly reader: ClaimReader
  readonly rows: (limit: number, options: BatchOptions<string>) => Effect.Effect<ReadonlyArray<RawRow>, DatabaseError>
}

/** In one statement, built once for each constant list of conditions. */
const fromTable = (context: StoreContext, database: Database["Service"]): Take => {
  const reader = claimReader(context, context.selection)
  const order = timedOrder(context)
  const fromStart = cached((conditions) => database.prepareRaw(dequeue(context, conditions, reader)))
  const fromMark =
    order === undefined
      ? undefined
      : cached((conditions) => database.prepareRaw(dequeueFromMark(context, order, conditions, reader)))

  const rows = (limit: number, options: BatchOptions<string>, from?: Position) => {
    const statement = from === undefined ? fromStart : fromMark!
    const values = { ...options.values, ...from, limit, workerHostname: options.workerHostname ?? "" }
    return database.control(() => statement(options.conditions ?? none).execute(values))
  }
  const rowsFrom = (mark: LowWaterMark, limit: number, options: BatchOptions<string>) =>
    Effect.suspend(() => {
      const look = mark.begin({ conditions: options.conditions ?? none, values: options.values })
      return Effect.onExit(rows(limit, options, look.from), (exit) => {
        look.took(Exit.isSuccess(exit) ? reader.last(exit.value) : undefined)
        if (Exit.isFailure(exit)) mark.forget() // nobody knows what it has taken
        return Effect.void
      })
    })
  return {
    reader,
    rows: (limit, options) =>
      fromMark === undefined || options.lowWaterMark === undefined
        ? rows(limit, options)
        : rowsFrom(options.lowWaterMark, limit, options)
  }
}

/** In two statements of one transaction. */
const fromView = (context: StoreContext, database: Database["Service"]): Take => {
  const reader = viewReader(context)
  const statements = cached((conditions) => ({
    lock: lockCandidates(context, conditions).prepare("lockCandidates"),
    claim: database.prepareRaw(claimLocked(context, conditions, reader))
  }))
  const both = Effect.fnUntraced(function* (limit: number, options: Options) {
    const { claim, lock } = statements(options.conditions ?? none)
    const locked = yield* database.run(() => lock.execute({ ...options.values, limit }))
    if (locked.length === 0) return []
    const ids = locked.map(({ id }) => id)
    const values = { ...options.values, ids, workerHostname: options.workerHostname ?? "" }
    return yield* database.run(() => claim.execute(values))
  })
  return { reader, rows: (limit, options) => database.transaction(both(limit, options)) }
}
