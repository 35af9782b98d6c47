import { assert, layer } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { Decision, JobKind, JobQueue, JobRuntime, Payload } from "../../src/index.ts"
import { emptied, fixture, onlyRow, row, rows, runAll } from "./support/queue.ts"

/** What a handler is given of what was enqueued. */
const roundTrip = <A>(schema: Payload.PayloadSchema<A>, values: ReadonlyArray<A>) =>
  Effect.gen(function* () {
    const Kind = JobKind.make("kind", { payload: schema })
    const seen: Array<A> = []
    yield* Kind.enqueueAll(values)
    yield* runAll(Kind.handle((payload) => Effect.sync(() => void seen.push(payload))))
    return seen
  })

layer(fixture(), { excludeTestServices: true })("A payload", (it) => {
  it.effect("comes out as it went in: dates, options, bigints, collections, nested", () =>
    Effect.gen(function* () {
      yield* emptied
      const schema = Schema.Struct({
        at: Schema.Date,
        maybe: Schema.Option(Schema.Struct({ size: Schema.BigInt })),
        tags: Schema.Array(Schema.Union([Schema.String, Schema.Null])),
        counts: Schema.ReadonlyMap(Schema.String, Schema.Number),
        bytes: Schema.Uint8Array,
        note: Schema.optionalKey(Schema.String),
        deep: Schema.Struct({ deeper: Schema.Struct({ deepest: Schema.Tuple([Schema.Boolean, Schema.Number]) }) })
      })
      const values: Array<typeof schema.Type> = [
        {
          at: new Date("2026-02-03T04:05:06.789Z"),
          maybe: Option.some({ size: 12_345_678_901_234_567_890n }),
          tags: ["a", null],
          counts: new Map([
            ["x", 0.1],
            ["y", -Infinity]
          ]),
          bytes: new Uint8Array([0, 255]),
          note: "",
          deep: { deeper: { deepest: [true, Number.MAX_SAFE_INTEGER] } }
        },
        {
          at: new Date(0),
          maybe: Option.none(),
          tags: [],
          counts: new Map(),
          bytes: new Uint8Array(),
          deep: { deeper: { deepest: [false, Number.NaN] } }
        }
      ]

      assert.deepStrictEqual(yield* roundTrip(schema, values), values)
    })
  )

  it.effect("may be any text that Postgres can store", () =>
    Effect.gen(function* () {
      yield* emptied
      const texts = [
        "",
        "é e\u0301",
        "日本",
        "🚀",
        "\u0001\u001F\u007F\uFFFF",
        `\\ " ' { } , NULL`,
        "\\u0000",
        "\\\\u0000",
        "\\ud800"
      ]

      assert.deepStrictEqual(yield* roundTrip(Schema.String, texts), texts)
      assert.deepStrictEqual(
        yield* roundTrip(
          Schema.Record(Schema.String, Schema.Int),
          texts.map((text) => ({ [text]: 1 }))
        ),
        texts.map((text) => ({ [text]: 1 }))
      )
    })
  )

  it.effect("may be no object at all", () =>
    Effect.gen(function* () {
      yield* emptied
      assert.deepStrictEqual(yield* roundTrip(Schema.Null, [null]), [null])
      assert.deepStrictEqual(yield* roundTrip(Schema.Undefined, [undefined]), [undefined])
      assert.deepStrictEqual(yield* roundTrip(Schema.Array(Schema.Int), [[], [1]]), [[], [1]])
      assert.deepStrictEqual(yield* roundTrip(Schema.Boolean, [false]), [false])
    })
  )

  it.effect("goes through the schema's own transformation both ways", () =>
    Effect.gen(function* () {
      yield* emptied
      const Kind = JobKind.make("kind", { payload: Schema.Struct({ n: Schema.NumberFromString }) })
      yield* Kind.enqueue({ n: 7 })
      const seen: Array<unknown> = []
      assert.deepStrictEqual((yield* onlyRow).payload, { n: "7" })
      yield* runAll(Kind.handle((payload) => Effect.sync(() => void seen.push(payload))))

      assert.deepStrictEqual(seen, [{ n: 7 }])
    })
  )

  it.effect("is rejected with a NUL or half of a surrogate pair, in values, names and keys", () =>
    Effect.gen(function* () {
      yield* emptied
      const Text = JobKind.make("text", { payload: Schema.Record(Schema.String, Schema.String) })
      const Keyed = JobKind.make("keyed", { payload: Schema.Int, dedupeKey: (n) => (n === 0 ? "a\u0000" : "a\uD800") })
      const rejected = [
        yield* Effect.flip(Text.enqueue({ a: "x\u0000y" })),
        yield* Effect.flip(Text.enqueue({ "a\u0000": "x" })),
        yield* Effect.flip(Text.enqueue({ a: "\\\u0000" })),
        yield* Effect.flip(Text.enqueue({ a: "\uD83D" })),
        yield* Effect.flip(Text.enqueue({ a: "\uDE80\uD83D" })),
        yield* Effect.flip(Keyed.enqueue(0)),
        yield* Effect.flip(Keyed.enqueue(1))
      ]

      assert.deepStrictEqual(
        rejected.map(({ _tag }) => _tag),
        rejected.map(() => "PayloadRejected" as const)
      )
      assert.strictEqual(
        rejected[0]!.message,
        `The payload does not fit the job kind "text": it holds a NUL character or half of a surrogate pair, which Postgres cannot store`
      )
      assert.include(rejected[5]!.message, "its dedupe key holds a NUL character")
      assert.deepStrictEqual(yield* rows, [])
    })
  )

  it.effect("is rejected when it does not fit its schema, and says where", () =>
    Effect.gen(function* () {
      yield* emptied
      const Kind = JobKind.make("send-mail", {
        payload: Schema.Struct({ to: Schema.Array(Schema.String.check(Schema.isMinLength(3))) })
      })
      const error = yield* Effect.flip(Kind.enqueue({ to: ["ann", "b"] }))

      assert.strictEqual(error._tag, "PayloadRejected")
      assert.match(error.message, /^The payload does not fit the job kind "send-mail": /)
      assert.match(error.message, /length of at least 3.*\["to"\]\[1\]/s)
      assert.isFalse(error.retryable)
      assert.deepStrictEqual(yield* rows, [])
    })
  )

  it.effect("is rejected when its encoded form is no JSON", () =>
    Effect.gen(function* () {
      yield* emptied
      const circle: Record<string, unknown> = {}
      circle["self"] = circle
      const Any = JobKind.make("any", { payload: Schema.Any })
      const error = yield* Effect.flip(Any.enqueue(circle))

      assert.strictEqual(error._tag, "PayloadRejected")
      assert.deepStrictEqual(yield* rows, [])
    })
  )
})

const first = Payload.make(Schema.Struct({ user: Schema.String }))
const second = first.next(Schema.Struct({ userId: Schema.Int }), ({ user }) => ({ userId: Number(user) }))
const third = second.next(Schema.Struct({ userIds: Schema.Array(Schema.Int), since: Schema.Date }), ({ userId }) => ({
  userIds: [userId],
  since: new Date(0)
}))
const Release1 = JobKind.make("welcome", { payload: first, dedupeKey: ({ user }) => user })
const Release2 = JobKind.make("welcome", { payload: second, dedupeKey: ({ userId }) => String(userId) })
const Release3 = JobKind.make("welcome", { payload: third })

layer(fixture(), { excludeTestServices: true })("Versions of a payload", (it) => {
  it.effect("are counted from 1, and written to the job", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Release1.enqueue({ user: "7" }, { dedupeKey: "" })
      yield* Release2.enqueue({ userId: 8 }, { dedupeKey: "" })
      yield* Release3.enqueue({ userIds: [9], since: new Date(1) })

      assert.deepStrictEqual(
        (yield* rows).map(({ payload, payloadVersion }) => [payloadVersion, payload]),
        [
          [1, { user: "7" }],
          [2, { userId: 8 }],
          [3, { userIds: [9], since: "1970-01-01T00:00:00.001Z" }]
        ]
      )
    })
  )

  it.effect("are brought up to the newest by every step since", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Release1.enqueue({ user: "7" }, { dedupeKey: "" })
      yield* Release2.enqueue({ userId: 8 }, { dedupeKey: "" })
      yield* Release3.enqueue({ userIds: [9], since: new Date(1) })
      const seen: Array<typeof third extends Payload.Payload<infer A> ? A : never> = []
      yield* runAll(Release3.handle((payload) => Effect.sync(() => void seen.push(payload))))

      assert.deepStrictEqual(seen, [
        { userIds: [7], since: new Date(0) },
        { userIds: [8], since: new Date(0) },
        { userIds: [9], since: new Date(1) }
      ])
    })
  )

  it.effect("that are newer than a process knows wait for one that knows them", () =>
    Effect.gen(function* () {
      yield* emptied
      const newer = yield* Release3.enqueue({ userIds: [9], since: new Date(1) })
      const older = yield* Release1.enqueue({ user: "7" })
      assert.strictEqual(yield* runAll(Release2.handle(() => Effect.void)), 1)
      assert.deepInclude(yield* row(older.id), { state: "completed" })
      assert.deepInclude(yield* row(newer.id), { state: "queued", attempt: 0 })

      assert.strictEqual(yield* runAll(Release3.handle(() => Effect.void)), 1)
      assert.deepInclude(yield* row(newer.id), { state: "completed", attempt: 1 })
    })
  )

  it.effect("go with the newest payload when jobs of different releases fold", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Release1.enqueue({ user: "7" })
      yield* Release2.enqueue({ userId: 7 })
      assert.deepInclude(yield* onlyRow, { payloadVersion: 2, payload: { userId: 7 } })
      yield* Release1.enqueue({ user: "7" })
      assert.deepInclude(yield* onlyRow, { payloadVersion: 1, payload: { user: "7" } })
    })
  )

  it.effect("are all cleared away with a kind that was removed", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Release3.enqueue({ userIds: [9], since: new Date(1) })
      assert.isTrue(yield* JobRuntime.runOnce({ handlers: [], alsoClaim: ["welcome"] }))

      assert.deepInclude(yield* row(id), { state: "failed", failureMessage: `no handler for kind "welcome"` })
    })
  )

  it.effect("fail for good when their own version's schema refuses them", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* store.enqueue({ kind: "welcome", payload: { userId: 7 }, payloadVersion: 1 })
      yield* runAll(Release3.handle(() => Effect.die("must not be called")))

      const job = yield* onlyRow
      assert.deepInclude(job, { state: "failed", numFailures: 1 })
      assert.match(job.failureMessage ?? "", /^The payload does not fit the job kind "welcome": .*user/s)
    })
  )

  it.effect("fail for good whatever the handler's `onError` makes of errors", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* store.enqueue({ kind: "welcome", payload: {} })
      yield* runAll(Release1.handle(() => Effect.fail("busy"), { onError: () => Decision.retry }))

      assert.strictEqual((yield* onlyRow).state, "failed")
    })
  )

  it.effect("are tried again when an upgrade throws: the next release may have mended it", () =>
    Effect.gen(function* () {
      yield* emptied
      const broken = first.next(Schema.Struct({}), () => {
        throw new Error("not thought of")
      })
      yield* Release1.enqueue({ user: "7" })
      yield* runAll(JobKind.make("welcome", { payload: broken }).handle(() => Effect.void))

      const job = yield* onlyRow
      assert.strictEqual(job.state, "errored")
      assert.include(job.failureMessage, "not thought of")
    })
  )
})
