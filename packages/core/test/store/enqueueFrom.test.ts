import { assert, layer } from "@effect/vitest"
import { asc, gt, sql } from "drizzle-orm"
import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { Effect, Layer } from "effect"
import { Database, workColumns, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { fromNow, start } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"

const images = pgTable("images", { id: integer("image_id").primaryKey(), file: text("file").notNull() })
const thumbnails = pgTable("thumbnails", {
  ...workColumns(),
  imageId: integer("of_image").notNull(),
  size: integer("size").notNull().default(100),
  note: text("note")
})
const tokened = pgTable("tokened", {
  ...workColumns(),
  token: text("token").$defaultFn(() => crypto.randomUUID())
})

const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* Effect.forEach([images, thumbnails, tokened], createTable)
    yield* execute("insert into images select n, 'file ' || n from generate_series(1, 10) n")
  })
).pipe(Layer.provideMerge(ManualClock.layer), Layer.provideMerge(testDatabase()))

const ofThumbnails = ManualClock.provide(WorkStore.make({ name: "thumbnails", table: thumbnails }))
const emptied = execute("truncate thumbnails")
const rows = Database.use(({ run }) => run((db) => db.select().from(thumbnails).orderBy(asc(thumbnails.id))))

layer(fixture, { excludeTestServices: true })("Enqueueing from a query", (it) => {
  it.effect("inserts what it selects, in its order, and says how many", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const store = yield* ofThumbnails
      const count = yield* store.enqueueFrom(
        db
          .select({ note: sql<string>`${images.file} || ${"!"}`, imageId: images.id })
          .from(images)
          .where(gt(images.id, 7))
          .orderBy(sql`${images.id} desc`)
      )

      assert.strictEqual(count, 3)
      const found = yield* rows
      assert.deepStrictEqual(
        found.map(({ imageId, note, size }) => [imageId, note, size]),
        [
          [10, "file 10!", 100],
          [9, "file 9!", 100],
          [8, "file 8!", 100]
        ]
      )
      assert.deepInclude(found[0], { state: "queued", attempt: 0, queuedAt: start, processAfter: start })
    })
  )

  it.effect("takes the times that are selected", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const store = yield* ofThumbnails
      const later = fromNow("1 hour")
      const processAfter = sql<Date>`${later.toISOString()}::timestamptz`
      yield* store.enqueueFrom(db.select({ imageId: images.id, processAfter }).from(images).limit(1))

      assert.deepInclude((yield* rows)[0], { queuedAt: start, processAfter: later })
    })
  )

  it.effect("is part of the caller's transaction, and wakes a worker with its commit, or nobody for no rows", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const store = yield* ofThumbnails
      const heard = yield* hearing
      const query = db.select({ imageId: images.id }).from(images)
      yield* Effect.flip(store.transact(Effect.andThen(store.enqueueFrom(query), Effect.fail("no"))))
      assert.deepStrictEqual(yield* heard, [])
      assert.deepStrictEqual(yield* rows, [])

      assert.strictEqual(yield* store.enqueueFrom(query.where(gt(images.id, 10))), 0)
      assert.deepStrictEqual(yield* heard, [])
      assert.strictEqual(yield* store.enqueueFrom(db.select({ imageId: images.id }).from(images)), 10)
      assert.deepStrictEqual(yield* heard, ["thumbnails"])
    })
  )

  it.effect("refuses a query that cannot work, and says what it lacks", () =>
    Effect.gen(function* () {
      const { db } = yield* Database
      const store = yield* ofThumbnails
      const tokens = yield* ManualClock.provide(WorkStore.make({ name: "tokened", table: tokened }))
      const refused = <E extends { readonly message: string }>(enqueued: Effect.Effect<number, E>) =>
        Effect.map(Effect.flip(enqueued), ({ message }) => message)
      const other = db.select({ image: images.id }).from(images)
      const joined = db
        .select()
        .from(images)
        .innerJoin(thumbnails, sql`true`)

      assert.strictEqual(
        yield* refused(store.enqueueFrom(other as never)),
        "thumbnails: `query` selects `image`, which is no column of the table"
      )
      assert.include(yield* refused(store.enqueueFrom(joined as never)), "`images` is neither")
      assert.include(yield* refused(store.enqueueFrom({} as never)), "must be a drizzle select")
      assert.include(
        yield* refused(tokens.enqueueFrom(db.select({ processAfter: sql<Date>`now()` }).from(images))),
        "must select `token`"
      )
    })
  )
})
