/**
 * Stops a statement of the server half-way: it has its snapshot, and has locked
 * nothing yet. What another transaction commits now, it finds when it goes on.
 */
import { sql } from "drizzle-orm"
import { Effect, Fiber } from "effect"
import { Database } from "../../src/index.ts"
import { execute } from "./createTable.ts"

const KEY = 7

/** True, once the latch is open. Costs so much that it is tested after everything else. */
export const isOpen = sql.raw("latch_is_open()")

/** Creates what `isOpen` calls. */
export const createLatch = execute(
  `create or replace function latch_is_open() returns boolean volatile cost 1000000 language plpgsql as
   'begin perform pg_advisory_xact_lock_shared(${KEY}); return true; end'`
)

/** Starts `statement`, lets it reach the latch, commits `meanwhile`, and gives what the statement answers then. */
export const heldOpen = Effect.fnUntraced(function* <A, E, R, B, E2, R2>(
  statement: Effect.Effect<A, E, R>,
  meanwhile: Effect.Effect<B, E2, R2>
) {
  const { begin } = yield* Database
  const closed = yield* begin
  yield* closed.use(execute(`select pg_advisory_xact_lock(${KEY})`))
  const fiber = yield* Effect.forkChild(statement, { startImmediately: true })
  yield* closed.use(execute(waiting)).pipe(Effect.repeat({ until: (rows) => rows.length > 0 }))
  yield* meanwhile
  yield* closed.commit
  return yield* Fiber.join(fiber)
}, Effect.scoped)

const waiting = `select 1 from pg_locks where locktype = 'advisory' and objid = ${KEY} and not granted
  and database = (select oid from pg_database where datname = current_database())`
