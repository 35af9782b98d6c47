import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Duration, Effect, Schema, SchemaGetter } from "effect"
import { Database, InvalidOptions, JobKind, JobQueue, Payload, RetryPolicy } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { ago, fromNow, start } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"
import { producer } from "./support/locks.ts"
import { emptied, fixture, onlyRow, row, rows, runAll } from "./support/queue.ts"

const number = Schema.Struct({ n: Schema.Int })
const Plain = JobKind.make("plain", { payload: number })
const Keyed = JobKind.make("keyed", { payload: number, dedupeKey: ({ n }) => String(n) })
const Tuned = JobKind.make("tuned", { payload: number, priority: -3, retry: RetryPolicy.fixed(9, "1 second") })

layer(fixture(), { excludeTestServices: true })("Enqueueing", (it) => {
  it.effect("is part of the ambient transaction: not seen before its commit, gone with its rollback", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const open = yield* producer(Plain.enqueue({ n: 1 }))
      assert.deepStrictEqual(yield* rows, [])
      assert.strictEqual((yield* store.dequeueBatch(1)).length, 0)
      yield* open.commit
      assert.deepInclude(yield* onlyRow, { id: open.answer.id, state: "queued" })

      const { transaction } = yield* Database
      const failed = yield* Effect.flip(
        transaction(Effect.andThen(Plain.enqueue({ n: 2 }), Effect.fail("no" as const)))
      )
      assert.strictEqual(failed, "no")
      assert.deepInclude(yield* onlyRow, { payload: { n: 1 } })
    })
  )

  it.effect("wakes workers with the commit, once a transaction, and not without one", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const heard = yield* hearing
      const open = yield* producer(Plain.enqueue({ n: 1 }))
      assert.deepStrictEqual(yield* heard, [])
      yield* open.commit
      assert.deepStrictEqual(yield* heard, ["jobs"])

      yield* transaction(Effect.andThen(Plain.enqueue({ n: 2 }), Keyed.enqueueAll([{ n: 3 }, { n: 4 }])))
      assert.deepStrictEqual(yield* heard, ["jobs"])
      yield* Effect.flip(transaction(Effect.andThen(Plain.enqueue({ n: 5 }), Effect.fail("no"))))
      assert.deepStrictEqual(yield* heard, [])
    })
  )

  it.effect("wakes workers once for a transaction of many enqueues, however they are made", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db, transaction } = yield* Database
      const { store } = yield* JobQueue
      const heard = yield* hearing
      const query = db.select({ n: sql<number>`n` }).from(sql`generate_series(1, 10) as n`)
      yield* transaction(
        Effect.gen(function* () {
          for (let n = 0; n < 100; n++) yield* Plain.enqueue({ n })
          yield* Keyed.enqueueAll(Array.from({ length: 100 }, (_, n) => ({ n })))
          yield* Plain.enqueueFrom(query)
          yield* Keyed.enqueueFrom(query, { dedupeKey: ({ n }) => n })
          yield* store.enqueue([{ kind: "plain" }, { kind: "plain", payload: { n: 1 } }])
        })
      )

      assert.deepStrictEqual(yield* heard, ["jobs"])
    })
  )

  it.effect("gives each job of a list what its own kind and its own call say", () =>
    Effect.gen(function* () {
      yield* emptied
      const { enqueue } = yield* JobQueue
      const Second = Payload.make(number).next(number, (older) => older)
      const Versioned = JobKind.make("versioned", { payload: Second })
      const encoded = yield* Effect.all([
        Plain.encode({ n: 0 }, { after: "1 minute" }),
        Tuned.encode({ n: 1 }, { after: fromNow("2 minutes") }),
        Keyed.encode({ n: 2 }),
        Versioned.encode({ n: 3 }, { priority: 9 })
      ])
      const answers = yield* enqueue(encoded)

      const jobs = yield* Effect.forEach(answers, ({ id }) => row(id))
      assert.deepStrictEqual(
        jobs.map((job) => [job.kind, job.payload, job.dedupeKey, job.priority, job.maxAttempts, job.payloadVersion]),
        [
          ["plain", { n: 0 }, null, 0, 5, 1],
          ["tuned", { n: 1 }, null, -3, 9, 1],
          ["keyed", { n: 2 }, "2", 0, 5, 1],
          ["versioned", { n: 3 }, null, 9, 5, 2]
        ]
      )
      assert.deepStrictEqual(
        jobs.map(({ processAfter }) => processAfter),
        [fromNow("1 minute"), fromNow("2 minutes"), start, start]
      )
    })
  )

  it.effect("waits for a payload whose schema takes its time to encode it", () =>
    Effect.gen(function* () {
      yield* emptied
      const slowly = SchemaGetter.transformEffect((text: string) => Effect.as(Effect.sleep("1 milli"), `${text}!`))
      const Slow = JobKind.make("slow", {
        payload: Schema.String.pipe(Schema.decodeTo(Schema.String, { decode: slowly, encode: slowly }))
      })
      yield* Slow.enqueueAll(["a", "b"])

      assert.deepStrictEqual(
        (yield* rows).map(({ payload }) => payload),
        ["a!", "b!"]
      )
    })
  )

  it.effect("sends many jobs, of several kinds, in one statement", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* counting
      yield* Keyed.enqueue({ n: 3 })
      const { enqueue } = yield* JobQueue
      const encoded = yield* Effect.all([
        ...Array.from({ length: 500 }, (_, n) => Plain.encode({ n })),
        ...Array.from({ length: 500 }, (_, n) => Keyed.encode({ n }))
      ])
      yield* statements
      const answers = yield* enqueue(encoded)

      assert.deepStrictEqual(yield* statements, ["insert"])
      assert.strictEqual(new Set(answers.map(({ id }) => id)).size, 1000)
      assert.strictEqual((yield* rows).length, 1000)
    })
  )

  it.effect("sends no statement for no jobs", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* counting
      const heard = yield* hearing
      assert.deepStrictEqual(yield* Plain.enqueueAll([]), [])

      assert.deepStrictEqual(yield* statements, [])
      assert.deepStrictEqual(yield* heard, [])
    })
  )

  it.effect("enqueues all or none", () =>
    Effect.gen(function* () {
      yield* emptied
      const error = yield* Effect.flip(Plain.enqueueAll([{ n: 1 }, { n: 1.5 }, { n: 2 }]))

      assert.strictEqual(error._tag, "PayloadRejected")
      assert.deepStrictEqual(yield* rows, [])
    })
  )

  it.effect("takes `after` as a moment or as a time from now", () =>
    Effect.gen(function* () {
      yield* emptied
      const afters = [
        undefined,
        fromNow("1 hour"),
        ago("1 hour"),
        "90 minutes",
        Duration.millis(1),
        250,
        "0 millis"
      ] as const
      const times = yield* Effect.forEach(afters, (after) =>
        Effect.flatMap(Plain.enqueue({ n: 0 }, { after }), ({ id }) =>
          Effect.map(row(id), ({ processAfter }) => processAfter)
        )
      )

      assert.deepStrictEqual(times, [
        start,
        fromNow("1 hour"),
        ago("1 hour"),
        fromNow("90 minutes"),
        fromNow("1 milli"),
        fromNow("250 millis"),
        start
      ])
    })
  )

  it.effect("runs the lower priority first, then the earlier, then the older", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Plain.enqueue({ n: 5 })
      yield* Plain.enqueue({ n: 6 })
      yield* Plain.enqueue({ n: 4 }, { after: ago("1 minute") })
      yield* Plain.enqueue({ n: 7 }, { priority: 1, after: ago("1 hour") })
      yield* Plain.enqueue({ n: 2 }, { priority: -5 })
      yield* Tuned.enqueue({ n: 3 })
      yield* Tuned.enqueue({ n: 1 }, { priority: -6 })
      yield* Plain.enqueue({ n: 0 }, { priority: -10, after: "1 minute" })
      const order: Array<number> = []
      const note = ({ n }: { readonly n: number }) => Effect.sync(() => void order.push(n))
      yield* runAll(Plain.handle(note), Tuned.handle(note))

      assert.deepStrictEqual(order, [1, 2, 3, 4, 5, 6, 7])
    })
  )

  it.effect("runs the unkeyed jobs of one call in their order", () =>
    Effect.gen(function* () {
      yield* emptied
      const payloads = Array.from({ length: 20 }, (_, n) => ({ n }))
      yield* Plain.enqueueAll(payloads)
      const order: Array<unknown> = []
      yield* runAll(Plain.handle((payload) => Effect.sync(() => void order.push(payload))))

      assert.deepStrictEqual(order, payloads)
    })
  )

  it.effect("writes the kind's number of attempts and priority to the job, and the call's own priority instead", () =>
    Effect.gen(function* () {
      yield* emptied
      const Never = JobKind.make("never", { payload: number, retry: RetryPolicy.never })
      const Zero = JobKind.make("zero", { payload: number, retry: RetryPolicy.make({ attempts: 0 }) })
      yield* Tuned.enqueue({ n: 1 })
      yield* Tuned.enqueue({ n: 2 }, { priority: 8 })
      yield* Never.enqueue({ n: 3 })
      yield* Zero.enqueue({ n: 4 })

      assert.deepStrictEqual(
        (yield* rows).map(({ maxAttempts, priority }) => [maxAttempts, priority]),
        [
          [9, -3],
          [9, 8],
          [1, 0],
          [1, 0]
        ]
      )
    })
  )

  it.effect("dies of an option that cannot work, and enqueues nothing", () =>
    Effect.gen(function* () {
      yield* emptied
      const died = (options: JobKind.EnqueueOptions) =>
        Effect.map(
          Plain.enqueue({ n: 1 }, options).pipe(
            Effect.as("enqueued"),
            Effect.catchDefect((defect) => Effect.succeed(defect instanceof InvalidOptions ? defect.message : defect))
          ),
          String
        )

      assert.strictEqual(
        yield* died({ priority: 1.5 }),
        `job kind "plain": \`priority\` must be a whole number, but is 1.5`
      )
      assert.include(yield* died({ priority: 2 ** 31 }), "`priority` must be a whole number")
      assert.strictEqual(yield* died({ after: new Date("soon") }), `job kind "plain": \`after\` must be a valid date`)
      assert.include(yield* died({ after: "soon" as never }), "`after` must be a date or a finite duration")
      assert.include(yield* died({ after: Duration.infinity }), "`after` must be a date or a finite duration")
      assert.deepStrictEqual(yield* rows, [])
    })
  )

  it.effect("refuses a kind that cannot work, by the name of the option", () =>
    Effect.sync(() => {
      const refused = (options: Partial<JobKind.JobKindOptions<{ readonly n: number }>>, name = "kind") => {
        try {
          JobKind.make(name, { payload: number, ...options })
        } catch (thrown) {
          return (thrown as InvalidOptions).message
        }
        return "made"
      }

      assert.strictEqual(refused({}, ""), "job kind: `name` must not be empty")
      assert.strictEqual(
        refused({ concurrency: 0 }),
        `job kind "kind": \`concurrency\` must be a whole number from 1, but is 0`
      )
      assert.include(refused({ priority: 0.5 }), "`priority`")
      assert.include(refused({ timeout: "0 millis" }), "`timeout` must be at least one millisecond")
      assert.include(refused({ retry: RetryPolicy.make({ attempts: -1 }) }), "`retry.attempts`")
    })
  )
})

layer(fixture(), { excludeTestServices: true })("The statement of an enqueue", (it) => {
  it.effect(
    "is prepared once for lists of any length and once for a job alone, and once more for those with keys",
    () =>
      Effect.gen(function* () {
        yield* emptied
        const { transaction } = yield* Database
        const [prepared] = yield* transaction(
          Effect.gen(function* () {
            for (const length of [1, 2, 3, 50]) {
              const payloads = Array.from({ length }, (_, n) => ({ n: n + length }))
              yield* Plain.enqueueAll(payloads)
              yield* Keyed.enqueueAll(payloads, { after: fromNow("1 hour"), priority: length })
            }
            return yield* execute(
              `select count(*)::int as count from pg_prepared_statements
             where statement like '%insert into "jobs"%' and statement not like '%pg_prepared%'`
            )
          })
        )

        assert.strictEqual(prepared!["count"], 4)
      })
  )
})

/** Lets the server count the statements that write jobs: a statement-level trigger fires once for each. */
const counting = Effect.gen(function* () {
  yield* execute("create table if not exists job_statements (op text)")
  yield* execute(
    `create or replace function note_statement() returns trigger language plpgsql as
     'begin insert into job_statements values (lower(tg_op)); return null; end'`
  )
  yield* execute(
    "create or replace trigger note after insert on jobs for each statement execute function note_statement()"
  )
})

/** The statements since the last time. */
const statements = Effect.map(execute("delete from job_statements returning op"), (all) => all.map(({ op }) => op))
