/** What the compiler must refuse, and what it must know. `tsc` checks this file; running it shows that it was checked. */
// oxlint-disable vitest/expect-expect -- what is expected of a refusal is the compiler's error
import { type SQL, sql } from "drizzle-orm"
import { bigint, customType, integer, pgTable, text, timestamp } from "drizzle-orm/pg-core"
import { Context, Effect, type Layer, Schema, SchemaGetter } from "effect"
import { describe, expectTypeOf, it } from "vitest"
import {
  type Database,
  type DatabaseError,
  Decision,
  type Enqueued,
  type InvalidOptions,
  type JobHandler,
  JobKind,
  type JobQueue,
  JobRuntime,
  Payload,
  PermanentError,
  type PayloadRejected
} from "../../src/index.ts"

class Mailer extends Context.Service<Mailer, { readonly send: (to: string) => Effect.Effect<void> }>()("Mailer") {}
class Disk extends Context.Service<Disk, { readonly free: Effect.Effect<number> }>()("Disk") {}
class Bounced extends Schema.TaggedError<Bounced>()("Bounced", { address: Schema.String }) {}

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" })

const Mail = JobKind.make("mail", {
  payload: Schema.Struct({ to: Schema.String, at: Schema.Date }),
  dedupeKey: (payload) => payload.to
})
const Sweep = JobKind.make("sweep", { payload: Schema.Struct({}) })

/** What is refused is not run either. */
const refused: (statement: () => unknown) => void = () => {}

describe("the payload of a kind", () => {
  it("is what its schema decodes to, in every place", () => {
    expectTypeOf(Mail.name).toEqualTypeOf<"mail">()
    expectTypeOf(Mail.enqueue).parameter(0).toEqualTypeOf<{ readonly to: string; readonly at: Date }>()
    expectTypeOf(Mail.enqueueAll)
      .parameter(0)
      .toEqualTypeOf<ReadonlyArray<{ readonly to: string; readonly at: Date }>>()
    Mail.handle((payload, job) => {
      expectTypeOf(payload).toEqualTypeOf<{ readonly to: string; readonly at: Date }>()
      expectTypeOf(job.attempt).toEqualTypeOf<number>()
      expectTypeOf(job.record.kind).toEqualTypeOf<string>()
      return Effect.void
    })
  })

  it("does not compile when it is another's, in `enqueue`, `enqueueAll` and `encode`", () => {
    // @ts-expect-error -- no payload
    refused(() => Mail.enqueue())
    // @ts-expect-error -- a field is missing
    refused(() => Mail.enqueue({ to: "ann" }))
    // @ts-expect-error -- the encoded form is not the payload
    refused(() => Mail.enqueue({ to: "ann", at: "2026-01-01" }))
    const [right, wrong] = [
      { to: "ann", at: new Date() },
      { to: 7, at: new Date() }
    ] as const
    // @ts-expect-error -- one of many is wrong
    refused(() => Mail.enqueueAll([right, wrong]))
    // @ts-expect-error -- one is not many
    refused(() => Mail.enqueueAll({ to: "ann", at: new Date() }))
    // @ts-expect-error -- no such field
    refused(() => Mail.encode({ to: "ann", at: new Date(), cc: "bob" }))
  })

  it("must encode and decode without services", () => {
    const onDisk = SchemaGetter.transformEffect((line: string) => Disk.use(({ free }) => Effect.as(free, line)))
    const payload = Schema.String.pipe(Schema.decodeTo(Schema.String, { decode: onDisk, encode: onDisk }))
    // @ts-expect-error -- who would provide Disk?
    refused(() => JobKind.make("on-disk", { payload }))
  })

  it("does not compile with options that are none", () => {
    // @ts-expect-error -- a string is no date
    refused(() => Mail.enqueue({ to: "ann", at: new Date() }, { after: "tomorrow" }))
    // @ts-expect-error -- no such option
    refused(() => Mail.enqueue({ to: "ann", at: new Date() }, { delay: "1 minute" }))
    // @ts-expect-error -- the key is a text
    refused(() => JobKind.make("mail", { payload: Schema.Struct({ id: Schema.Int }), dedupeKey: ({ id }) => id }))
  })
})

describe("an enqueue", () => {
  it("says how it fails and what it needs", () => {
    expectTypeOf(Mail.enqueue).returns.toEqualTypeOf<
      Effect.Effect<Enqueued, PayloadRejected | DatabaseError, JobQueue>
    >()
    expectTypeOf(Mail.enqueueAll).returns.toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Enqueued>, PayloadRejected | DatabaseError, JobQueue>
    >()
  })
})

describe("a query that is enqueued", () => {
  const people = pgTable("people", {
    name: text("name").notNull(),
    nick: text("nick"),
    born: timestamp("born").notNull(),
    size: integer("size").notNull(),
    key: bigint("key", { mode: "bigint" }).notNull(),
    photo: bytea("photo").notNull()
  })
  const mood = text("mood", { enum: ["fine", "poor"] }).notNull()
  const moods = pgTable("moods", { mood, name: text("name").notNull() })
  const Sample = JobKind.make("sample", {
    payload: Schema.Struct({
      name: Schema.String,
      nick: Schema.optionalKey(Schema.NullOr(Schema.String)),
      sizes: Schema.optionalKey(Schema.Array(Schema.Int)),
      key: Schema.optionalKey(Schema.BigInt)
    })
  })
  const Mood = JobKind.make("mood", {
    payload: Schema.Union([
      Schema.Struct({ mood: Schema.Literals(["fine", "poor"]) }),
      Schema.Struct({ name: Schema.String })
    ])
  })
  const enqueueing: (statement: (db: Database["Service"]["db"]) => unknown) => void = () => {}
  const dedupeKey = ({ to }: { readonly to: SQL }) => to

  it("gives the payload as its schema encodes it: times and bigints as text, as text or as what they are", () => {
    enqueueing((db) => Mail.enqueueFrom(db.select({ to: people.name, at: people.born }).from(people), { dedupeKey }))
    enqueueing((db) => Mail.enqueueFrom(db.select({ to: people.born, at: people.name }).from(people), { dedupeKey }))
    enqueueing((db) =>
      Sample.enqueueFrom(
        db
          .select({ name: people.name })
          .from(people)
          .where(sql`true`)
      )
    )
    enqueueing((db) =>
      Sample.enqueueFrom(db.select({ name: people.key, nick: people.nick, key: people.key }).from(people))
    )
    enqueueing((db) =>
      Sample.enqueueFrom(db.select({ name: people.name, sizes: sql<Array<number>>`'{}'` }).from(people))
    )
    enqueueing((db) => Sweep.enqueueFrom(db.select({}).from(people)))
    enqueueing((db) => Mood.enqueueFrom(db.select({ mood: moods.mood }).from(moods)))
    enqueueing((db) => Mood.enqueueFrom(db.select({ name: moods.name }).from(moods)))
  })

  it("answers with counts", () => {
    enqueueing((db) =>
      expectTypeOf(Sample.enqueueFrom(db.select({ name: people.name }).from(people))).toEqualTypeOf<
        Effect.Effect<{ readonly enqueued: number; readonly deduped: number }, DatabaseError, JobQueue>
      >()
    )
  })

  it("does not compile when it is no payload", () => {
    // @ts-expect-error -- a field is missing
    enqueueing((db) => Sample.enqueueFrom(db.select({ nick: people.nick }).from(people)))
    // @ts-expect-error -- a number
    enqueueing((db) => Sample.enqueueFrom(db.select({ name: people.size }).from(people)))
    // @ts-expect-error -- it may be null
    enqueueing((db) => Sample.enqueueFrom(db.select({ name: people.nick }).from(people)))
    // @ts-expect-error -- no such field
    enqueueing((db) => Sample.enqueueFrom(db.select({ name: people.name, nickname: people.nick }).from(people)))
    // @ts-expect-error -- a number where a bigint is written as text
    enqueueing((db) => Sample.enqueueFrom(db.select({ name: people.name, key: people.size }).from(people)))
    // @ts-expect-error -- bytes have no JSON
    enqueueing((db) => Sample.enqueueFrom(db.select({ name: people.photo }).from(people)))
    // @ts-expect-error -- any text is no mood
    enqueueing((db) => Mood.enqueueFrom(db.select({ mood: people.name }).from(people)))
  })

  it("needs the key of a kind that has one, over fields of the query", () => {
    // @ts-expect-error -- no key
    enqueueing((db) => Mail.enqueueFrom(db.select({ to: people.name, at: people.born }).from(people)))
    enqueueing((db) =>
      Mail.enqueueFrom(db.select({ to: people.name, at: people.born }).from(people), {
        dedupeKey: (row) => {
          expectTypeOf(row).toEqualTypeOf<{ readonly to: SQL<string>; readonly at: SQL<Date> }>()
          return row.to
        }
      })
    )
    enqueueing((db) =>
      Mail.enqueueFrom(db.select({ to: people.name, at: people.born }).from(people), {
        // @ts-expect-error -- no field of the query
        dedupeKey: (row) => row.name
      })
    )
    enqueueing((db) =>
      Mail.enqueueFrom(db.select({ to: people.name, at: people.born }).from(people), {
        // @ts-expect-error -- a text is no SQL
        dedupeKey: () => "key"
      })
    )
  })

  it("leaves every kind a kind of whatever payload", () => {
    const kinds: ReadonlyArray<Pick<JobKind.JobKind<string, never>, "name" | "retry">> = [Mail, Sample]
    const sweeping: JobKind.JobKind<string, {}> = Sweep
    const mailing: JobKind.JobKind<"mail", { readonly to: string; readonly at: Date }> = Mail
    expectTypeOf([kinds, sweeping, mailing]).not.toBeAny()
  })
})

describe("a handler", () => {
  it("needs no `onError` when all its errors sort themselves", () => {
    const handler = Mail.handle(
      Effect.fnUntraced(function* ({ to }) {
        if (to === "") return yield* new PermanentError({ reason: "nobody" })
        return yield* Effect.fail({ retryable: true, to })
      })
    )
    expectTypeOf(handler).toEqualTypeOf<JobHandler<never>>()
  })

  it("does not compile with an error of its own and no `onError`", () => {
    // @ts-expect-error -- may it be tried again, or not?
    refused(() => Mail.handle(({ to }) => Effect.fail(new Bounced({ address: to }))))
    // @ts-expect-error -- nor this one
    refused(() => Mail.handle(() => Effect.fail("bounced")))
  })

  it("decides about its own errors only, all of them", () => {
    Mail.handle(
      Effect.fnUntraced(function* ({ to }) {
        if (to === "") return yield* new PermanentError({ reason: "nobody" })
        return yield* Effect.fail(to === "x" ? new Bounced({ address: to }) : ("busy" as const))
      }),
      {
        onError: (error) => {
          expectTypeOf(error).toEqualTypeOf<Bounced | "busy">()
          return Decision.retry
        }
      }
    )
    // @ts-expect-error -- yes and no are no decisions
    refused(() => Mail.handle(() => Effect.fail("busy"), { onError: () => true }))
  })
})

describe("a runtime", () => {
  const mail = Mail.handle(({ to }) => Mailer.use(({ send }) => send(to)))
  const sweep = Sweep.handle(() => Disk.use(({ free }) => free))

  it("needs what its handlers need", () => {
    expectTypeOf(mail).toEqualTypeOf<JobHandler<Mailer>>()
    expectTypeOf(JobRuntime.layer({ handlers: [mail, sweep, Sweep.handle(() => Effect.void)] })).toEqualTypeOf<
      Layer.Layer<never, InvalidOptions, Mailer | Disk | JobQueue | Database>
    >()
    expectTypeOf(JobRuntime.layer({ handlers: [Sweep.handle(() => Effect.void)] })).toEqualTypeOf<
      Layer.Layer<never, InvalidOptions, JobQueue | Database>
    >()
    const once = JobRuntime.runOnce({ handlers: [mail, sweep] })
    expectTypeOf<Effect.Services<typeof once>>().toEqualTypeOf<Mailer | Disk | JobQueue>()
  })

  it("has no handler and no limit of its own", () => {
    // @ts-expect-error -- a limit is the kind's `timeout`
    refused(() => JobRuntime.layer({ handlers: [mail], maximumRuntimePerJob: "1 minute" }))
    // @ts-expect-error -- a function is no handler of any kind
    refused(() => JobRuntime.layer({ handlers: [() => Effect.void] }))
  })
})

describe("the next version of a payload", () => {
  const first = Payload.make(Schema.Struct({ user: Schema.String }))

  it("is made from the last one", () => {
    const second = first.next(Schema.Struct({ userId: Schema.Int }), (old) => {
      expectTypeOf(old).toEqualTypeOf<{ readonly user: string }>()
      return { userId: Number(old.user) }
    })
    expectTypeOf(second).toEqualTypeOf<Payload.Payload<{ readonly userId: number }, { readonly userId: number }>>()
    const Kind = JobKind.make("welcome", { payload: second, dedupeKey: ({ userId }) => String(userId) })
    expectTypeOf(Kind.enqueue).parameter(0).toEqualTypeOf<{ readonly userId: number }>()
  })

  it("does not compile when it is made wrongly", () => {
    // @ts-expect-error -- not the new payload
    refused(() => first.next(Schema.Struct({ userId: Schema.Int }), ({ user }) => ({ userId: user })))
    // @ts-expect-error -- not the old payload
    refused(() => first.next(Schema.Struct({ userId: Schema.Int }), ({ name }) => ({ userId: Number(name) })))
  })
})
