/**
 * The row of one budget, held while something is decided of it. Served by the primary key.
 */
import { Database, DatabaseClock, type DatabaseError, type Drizzle } from "@drover/core"
import { and, eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { hostBudgets } from "../../../schema/hostBudgets.ts"
import type { BudgetState } from "./BudgetState.ts"

/** Whose budget it is. @category options */
export interface BudgetKey {
  readonly externalServiceType: string
  readonly externalServiceId: string
  readonly credentialHash: string
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A day after the last of it, at the end of the hour. Pure. */
export const expiryOf = ({ at, resources, restUntil }: BudgetState): number => {
  const last = Math.max(at, restUntil ?? 0, ...Object.values(resources).map(({ resetAt }) => resetAt))
  return Math.ceil(last / HOUR) * HOUR + DAY
}

const isIt = (key: BudgetKey) =>
  and(
    eq(hostBudgets.externalServiceType, key.externalServiceType),
    eq(hostBudgets.externalServiceId, key.externalServiceId),
    eq(hostBudgets.credentialHash, key.credentialHash)
  )

const millis = (time: SQL) => sql<number>`floor(extract(epoch from ${time}) * 1000)::double precision`

export const holdBudget = (db: Drizzle, clock: SQL, key: BudgetKey) =>
  db
    .select({
      now: millis(clock),
      at: millis(sql`${hostBudgets.countedAt}`),
      restUntil: sql<number | null>`${millis(sql`${hostBudgets.restUntil}`)}`,
      resources: hostBudgets.resources,
      spent: hostBudgets.spent
    })
    .from(hostBudgets)
    .where(isIt(key))
    .for("update")

const makeBudget = (db: Drizzle, clock: SQL, key: BudgetKey) =>
  db
    .insert(hostBudgets)
    .values({ ...key, countedAt: clock, expiresAt: sql`${clock} + interval '25 hours'` } as never)
    .onConflictDoNothing()

const timeOf = (at: number) => sql`to_timestamp(${at}::double precision / 1000)`

export const saveBudget = (db: Drizzle, key: BudgetKey, state: BudgetState) =>
  db
    .update(hostBudgets)
    .set({
      countedAt: timeOf(state.at),
      restUntil: state.restUntil === null ? null : timeOf(state.restUntil),
      resources: state.resources,
      spent: state.spent,
      expiresAt: timeOf(expiryOf(state))
    })
    .where(isIt(key))

/**
 * Holds the row, makes one where there is none, and writes what was decided: a transaction of its own, whatever the caller
 * has under way, since a request that was let through is sent even if that is rolled back.
 */
export const changeBudget = <D extends { readonly state: BudgetState }>(
  key: BudgetKey,
  decide: (state: BudgetState, now: number) => D
): Effect.Effect<D, DatabaseError, Database> =>
  Effect.gen(function* () {
    const { apart, run, transaction } = yield* Database
    const clock = yield* DatabaseClock
    const hold = run((db) => holdBudget(db, clock, key))
    const change = Effect.gen(function* () {
      let [row] = yield* hold
      while (row === undefined) {
        yield* run((db) => makeBudget(db, clock, key))
        row = (yield* hold)[0]
      }
      const { now, ...state } = row
      const decided = decide(state, now)
      yield* run((db) => saveBudget(db, key, decided.state))
      return decided
    })
    return yield* apart(transaction(change))
  })
