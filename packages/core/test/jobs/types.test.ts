/** What the compiler must refuse, and what it must know. `tsc` checks this file; running it shows that it was checked. */
// oxlint-disable vitest/expect-expect -- what is expected of a refusal is the compiler's error
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
    const onDisk = SchemaGetter.transformEffect((text: string) => Disk.use(({ free }) => Effect.as(free, text)))
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
    expectTypeOf(second).toEqualTypeOf<Payload.Payload<{ readonly userId: number }>>()
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
