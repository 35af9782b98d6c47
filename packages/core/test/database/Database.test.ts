import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { Deferred, Effect, Exit, Fiber, Option, Scope, Stream } from "effect"
import { Database } from "../../src/index.ts"
import { testDatabase } from "../support/database.ts"
import { execute } from "../support/createTable.ts"

const notes = pgTable("notes", { id: integer("id").primaryKey(), body: text("body") })

const createNotes = Database.use(({ run }) =>
  run((db) => db.execute(sql`create table if not exists notes (id int primary key, body text)`))
)
const add = (id: number) => Database.use(({ run }) => run((db) => db.insert(notes).values({ id })))
const ids = Database.use(({ run }) =>
  Effect.map(
    run((db) => db.select().from(notes).orderBy(notes.id)),
    (rows) => rows.map(({ id }) => id)
  )
)
const emptied = Database.use(({ run }) =>
  Effect.andThen(
    createNotes,
    run((db) => db.delete(notes))
  )
)

layer(testDatabase({ connections: 2 }), { excludeTestServices: true })("Database", (it) => {
  it.effect("joins the ambient transaction, and commits it when the effect succeeds", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const seen = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(
        transaction(Effect.andThen(add(1), Effect.andThen(Deferred.succeed(seen, undefined), Effect.sleep(0))))
      )
      yield* Deferred.await(seen)
      yield* Fiber.join(fiber)

      assert.deepStrictEqual(yield* ids, [1])
    })
  )

  it.effect("hides what an open transaction wrote, and rolls it back on failure", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const wrote = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void, string>()
      const body = Effect.andThen(add(1), Effect.andThen(Deferred.succeed(wrote, undefined), Deferred.await(go)))
      const fiber = yield* Effect.forkChild(transaction(body))
      yield* Deferred.await(wrote)

      assert.deepStrictEqual(yield* ids, [])
      yield* Deferred.fail(go, "no")
      assert.strictEqual(yield* Effect.flip(Fiber.join(fiber)), "no")
      assert.deepStrictEqual(yield* ids, [])
    })
  )

  it.effect("rolls back on interruption, and cancels the statement that is running", () =>
    Effect.gen(function* () {
      yield* emptied
      const { run, transaction } = yield* Database
      const wrote = yield* Deferred.make<void>()
      const endless = run((db) => db.execute(sql`select pg_sleep(600)`))
      const fiber = yield* Effect.forkChild(
        transaction(Effect.andThen(add(1), Effect.andThen(Deferred.succeed(wrote, undefined), endless)))
      )
      yield* Deferred.await(wrote)
      yield* untilRunning("select pg_sleep(600)")
      yield* Fiber.interrupt(fiber)

      assert.deepStrictEqual(yield* ids, [])
      yield* Effect.all([transaction(add(2)), transaction(add(3))], { concurrency: 2 }) // both connections are whole
      assert.deepStrictEqual(yield* ids, [2, 3])
    })
  )

  it.effect("makes a nested transaction a savepoint", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const nested = transaction(Effect.andThen(add(2), Effect.fail("inner" as const)))
      const inner = yield* transaction(
        Effect.gen(function* () {
          yield* add(1)
          const error = yield* Effect.flip(nested)
          yield* transaction(add(3))
          return error
        })
      )

      assert.strictEqual(inner, "inner")
      assert.deepStrictEqual(yield* ids, [1, 3])
    })
  )

  it.effect("sends nothing for a nested transaction in which nothing is sent", () =>
    Effect.gen(function* () {
      const { begin, transaction } = yield* Database
      const open = yield* begin
      const [row] = yield* open.use(execute("select pg_backend_pid() as pid"))
      const lastStatement = Effect.map(
        execute(`select query from pg_stat_activity where pid = ${Number(row!["pid"])}`),
        ([activity]) => activity!["query"]
      )

      yield* open.use(transaction(Effect.void))
      assert.strictEqual(yield* lastStatement, "select pg_backend_pid() as pid")
      yield* open.use(transaction(transaction(execute("select 1"))))
      assert.strictEqual(yield* lastStatement, "release savepoint drover_0")
    })
  )

  it.effect("commits right behind a last statement, and refuses what comes after it", () =>
    Effect.gen(function* () {
      const { begin } = yield* Database
      yield* execute("create table if not exists lasts (n int)")
      const open = yield* begin
      yield* open.use(execute("insert into lasts values (1)"))
      const rows = yield* open.commitAfter(execute("insert into lasts values (2) returning n"))

      assert.deepStrictEqual(rows, [{ n: 2 }])
      assert.strictEqual((yield* execute("select * from lasts")).length, 2)
      assert.strictEqual((yield* Effect.flip(open.use(execute("select 1"))))._tag, "StatementRejected")
    })
  )

  it.effect("rolls back when the last statement is rejected, and commits when there is none", () =>
    Effect.gen(function* () {
      const { begin } = yield* Database
      yield* execute("create table if not exists rejected (n int)")
      const one = yield* begin
      yield* one.use(execute("insert into rejected values (1)"))
      const rejection = yield* Effect.flip(one.commitAfter(execute("select 1 / 0")))
      assert.deepInclude(rejection, { _tag: "StatementRejected", code: "22012" })
      assert.strictEqual((yield* execute("select * from rejected")).length, 0)

      const none = yield* begin
      yield* none.use(execute("insert into rejected values (2)"))
      yield* none.commitAfter(Effect.void)
      assert.strictEqual((yield* execute("select * from rejected")).length, 1)
    })
  )

  it.effect("lets nested transactions of sibling fibers take turns", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const siblings = [1, 2, 3, 4].map((id) =>
        Effect.exit(transaction(Effect.andThen(add(id), id % 2 === 0 ? Effect.fail("even") : Effect.void)))
      )
      yield* transaction(Effect.all(siblings, { concurrency: "unbounded" }))

      assert.deepStrictEqual(yield* ids, [1, 3])
    })
  )

  it.effect("fails to commit a transaction whose failed statement was swallowed", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const error = yield* Effect.flip(transaction(Effect.andThen(add(1), Effect.ignore(add(1)))))

      assert.strictEqual(error._tag, "StatementRejected")
      assert.include(error.message, "nested Database.transaction")
      assert.deepStrictEqual(yield* ids, [])
    })
  )

  it.effect("goes on after a nested transaction whose failed statement was swallowed", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const nested = transaction(Effect.andThen(add(2), Effect.ignore(add(2))))
      const error = yield* transaction(
        Effect.gen(function* () {
          yield* add(1)
          const refused = yield* Effect.flip(nested)
          yield* add(3)
          return refused
        })
      )

      assert.include(error.message, "nested Database.transaction")
      assert.deepStrictEqual(yield* ids, [1, 3])
    })
  )

  it.effect("names the constraint that refused, and says that trying again is useless", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* add(1)
      const error = yield* Effect.flip(add(1))

      assert.strictEqual(error._tag, "StatementRejected")
      assert.strictEqual(error._tag === "StatementRejected" ? error.constraint : "", "notes_pkey")
      assert.isFalse(error.retryable)
    })
  )

  it.effect("keeps an open transaction over the code that opened it, until its scope closes", () =>
    Effect.gen(function* () {
      yield* emptied
      const { begin } = yield* Database
      const scope = yield* Scope.make()
      const kept = yield* Effect.forkChild(Scope.provide(begin, scope)).pipe(Effect.flatMap(Fiber.join))
      yield* kept.use(add(1))
      assert.deepStrictEqual(yield* ids, [])
      yield* kept.commit
      assert.deepStrictEqual(yield* ids, [1])

      const undone = yield* Scope.provide(begin, scope)
      yield* undone.use(add(2))
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* ids, [1])
    })
  )

  it.effect("refuses what comes after the end of an open transaction", () =>
    Effect.gen(function* () {
      yield* emptied
      const { begin, transaction } = yield* Database
      yield* Effect.scoped(
        Effect.gen(function* () {
          const kept = yield* begin
          yield* kept.use(add(1))
          yield* kept.commit

          const late = yield* Effect.flip(kept.use(add(2)))
          assert.include(late.message, "the transaction has ended")
          assert.isFalse(late.retryable)
          const nested = yield* Effect.flip(kept.use(transaction(add(3))))
          assert.include(nested.message, "the transaction has ended")
        })
      )

      assert.deepStrictEqual(yield* ids, [1])
    })
  )

  it.effect("keeps a fiber that outlives its transaction out of everybody else's", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const go = yield* Deferred.make<void>()
      const straggler = yield* transaction(
        Effect.tap(Effect.forkDetach(Effect.andThen(Deferred.await(go), add(2))), () => add(1))
      )
      yield* transaction(
        Effect.gen(function* () {
          yield* Deferred.succeed(go, undefined)
          yield* Fiber.await(straggler) // on the very connection that it had
        })
      )

      const error = yield* Effect.flip(Fiber.join(straggler))
      assert.include(error.message, "the transaction has ended")
      assert.deepStrictEqual(yield* ids, [1])
    })
  )

  it.effect("says so when no connection becomes free", () =>
    Effect.gen(function* () {
      const { begin } = yield* Database
      const error = yield* Effect.scoped(Effect.andThen(begin, Effect.andThen(begin, Effect.flip(begin))))

      assert.strictEqual(error._tag, "DatabaseUnavailable")
      assert.include(error.message, "no connection became free")
    }).pipe(Effect.provide(testDatabase({ connections: 2, acquireTimeout: "2 seconds" })))
  )

  it.effect("turns a killed backend into a retryable error, inside a transaction and out of it", () =>
    Effect.gen(function* () {
      yield* emptied
      const { control, run, transaction } = yield* Database
      const backend = yield* Deferred.make<number>()
      const gone = yield* Deferred.make<void>()
      const killed = Effect.gen(function* () {
        yield* add(1)
        const [row] = yield* run((db) => db.execute(sql`select pg_backend_pid() as pid`))
        yield* Deferred.succeed(backend, Number(row!["pid"]))
        yield* Deferred.await(gone)
        return yield* add(2)
      })
      yield* Effect.forkChild(
        Effect.gen(function* () {
          const pid = yield* Deferred.await(backend)
          yield* control((db) => db.execute(sql`select pg_terminate_backend(${pid}::int, 10000)`))
          yield* Deferred.succeed(gone, undefined)
        })
      )
      const error = yield* Effect.flip(transaction(killed))

      assert.strictEqual(error._tag, "DatabaseUnavailable")
      assert.isTrue(error.retryable)
      assert.deepStrictEqual(yield* ids, [])
      yield* Effect.all([transaction(add(3)), transaction(add(4))], { concurrency: 2 })
      assert.deepStrictEqual(yield* ids, [3, 4])
    })
  )

  it.effect("loses no connection to transactions that are interrupted at any moment of their start", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      for (let turns = 0; turns < 60; turns++) {
        const fiber = yield* Effect.forkChild(transaction(add(1)), { startImmediately: true })
        for (let turn = 0; turn < turns; turn++) yield* Effect.promise(() => new Promise(setImmediate))
        yield* Fiber.interrupt(fiber)
        yield* Database.use(({ run }) => run((db) => db.delete(notes)))
      }
      const wide = yield* Deferred.make<void>()
      const first = yield* Effect.forkChild(transaction(Deferred.await(wide)))
      yield* transaction(Effect.andThen(add(2), Deferred.succeed(wide, undefined)))
      yield* Fiber.join(first)

      assert.deepStrictEqual(yield* ids, [2])
    })
  )

  it.effect("listens on one connection for all who listen to a channel, and tells each that it does", () =>
    Effect.gen(function* () {
      const { listen, run } = yield* Database
      const listener = (payload: string) =>
        Effect.gen(function* () {
          const subscribed = yield* Deferred.make<void>()
          const heard = yield* listen("birds").pipe(
            Stream.tap(({ _tag }) => (_tag === "Subscribed" ? Deferred.succeed(subscribed, undefined) : Effect.void)),
            Stream.filter((notification) => notification._tag === "Notified" && notification.payload === payload),
            Stream.runHead,
            Effect.forkChild
          )
          yield* Deferred.await(subscribed)
          return heard
        })
      const first = yield* listener("wren")
      const second = yield* listener("wren") // joins: nothing is sent to the server for it
      const connections = yield* run((db) =>
        db.execute(sql`select 1 from pg_stat_activity where query like 'listen%' and datname = current_database()`)
      )
      yield* run((db) => db.execute(sql`select pg_notify('birds', 'wren')`))

      assert.isTrue(Option.isSome(yield* Fiber.join(first)))
      assert.isTrue(Option.isSome(yield* Fiber.join(second)))
      assert.strictEqual(connections.length, 1)
    })
  )

  it.effect("refuses drizzle's own transactions, with the way to go", () =>
    Effect.gen(function* () {
      const { run } = yield* Database
      const error = yield* Effect.flip(run((db) => db.transaction(async () => {})))
      assert.include(error.message, "Use Database.transaction")
    })
  )
})

/** Waits, by asking, until a statement runs on the server. */
const untilRunning = (statement: string) =>
  Database.use(({ control }) =>
    control((db) =>
      db.execute(
        sql`select 1 from pg_stat_activity where state = 'active' and query like ${`${statement}%`} and pid <> pg_backend_pid()`
      )
    ).pipe(Effect.repeat({ until: (rows) => rows.length > 0 }))
  )
