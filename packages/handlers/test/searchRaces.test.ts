import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Deferred, Effect, Fiber } from "effect"
import { deleteUnusedBlobs, reindexCode } from "../src/index.ts"
import { forge } from "./support.ts"
import { codeRepository, indexedFiles } from "./support/codeIndex.ts"
import { execute } from "./support/plans.ts"
import { untilBlocked, untilBlockedAre } from "./support/queue.ts"

/** A transaction that does this, and stays open. */
const holdOpen = Effect.fnUntraced(function* <E, R>(effect: Effect.Effect<unknown, E, R>) {
  const { transaction } = yield* Database
  const [done, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const fiber = yield* Effect.forkChild(
    transaction(effect.pipe(Effect.andThen(Deferred.succeed(done, undefined)), Effect.andThen(Deferred.await(end))))
  )
  yield* Deferred.await(done)
  return { end: Effect.andThen(Deferred.succeed(end, undefined), Fiber.join(fiber)) }
})

layer(forge())("two who index repositories that share new blobs", (it) => {
  it.effect("wait for each other, and never in a circle, in whichever order their files are", () =>
    Effect.gen(function* () {
      const contents = ["one", "two", "three"]
      const names = ["a", "b", "c"]
      const named = (all: ReadonlyArray<string>) => Object.fromEntries(all.map((content, at) => [names[at]!, content]))
      const { ask } = yield* codeRepository([{ on: "main", from: null, files: named(contents) }])
      const oids = yield* Effect.forEach(names, (name) => ask("rev-parse", `main:${name}`))
      const sorted = contents.toSorted((one, two) =>
        oids[contents.indexOf(one)]! < oids[contents.indexOf(two)]! ? -1 : 1
      )
      const up = yield* codeRepository([{ on: "main", from: null, files: named(sorted) }])
      const down = yield* codeRepository([{ on: "main", from: null, files: named(sorted.toReversed()) }])

      // somebody stores the one in the middle: who has begun at either end cannot go on
      const middle = oids[contents.indexOf(sorted[1]!)]!
      const { end } = yield* holdOpen(
        execute(`insert into code_blobs (oid, content, size_bytes) values ('${middle}', '${sorted[1]}', 3)`)
      )
      const indexing = yield* Effect.forEach([up, down], ({ id }) => Effect.forkChild(reindexCode(id)))
      yield* untilBlockedAre(2)
      yield* end

      for (const fiber of indexing) assert.deepInclude(yield* Fiber.join(fiber), { _tag: "Indexed", changedFiles: 3 })
      assert.deepStrictEqual(yield* indexedFiles(up.id), named(sorted))
      assert.deepStrictEqual(yield* indexedFiles(down.id), named(sorted.toReversed()))
    })
  )
})

/** Whoever looks for files of a blob waits in the middle of the statement: after its snapshot, before its lock. */
const heldLook = Effect.acquireRelease(
  Effect.all([
    execute(`create function wait_for_latch() returns boolean language plpgsql volatile as
      $$ begin perform pg_advisory_xact_lock_shared(77); return true; end $$`),
    execute("alter table code_files rename to all_code_files"),
    execute("create view code_files as select * from all_code_files where wait_for_latch()")
  ]),
  () =>
    Effect.orDie(
      Effect.all([
        execute("drop view code_files"),
        execute("alter table all_code_files rename to code_files"),
        execute("drop function wait_for_latch")
      ])
    )
)

layer(forge())("a blob that nobody had", (it) => {
  it.effect("stays when somebody uses it between the look of who deletes it and its lock", () =>
    Effect.gen(function* () {
      const { id, push } = yield* codeRepository([
        { on: "main", from: null, files: { a: "used again\n", b: "gone\n" } }
      ])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { a: null, b: null, c: "kept\n" } })
      yield* reindexCode(id)
      const { run } = yield* Database
      yield* heldLook
      const { end } = yield* holdOpen(execute("select pg_advisory_xact_lock(77)"))
      const deleting = yield* Effect.forkChild(deleteUnusedBlobs())
      yield* untilBlocked

      yield* run((db) =>
        db.execute(sql`
          insert into all_code_files (repository_id, path, blob_oid)
          select ${id}, 'd', oid from code_blobs where content = ${"used again\n"}`)
      )
      yield* end

      assert.strictEqual(yield* Fiber.join(deleting), 1)
      const left = yield* run((db) => db.execute<{ content: string }>(sql`select content from code_blobs order by 1`))
      assert.deepStrictEqual(
        left.map(({ content }) => content),
        ["kept\n", "used again\n"]
      )
    }).pipe(Effect.scoped)
  )
})
