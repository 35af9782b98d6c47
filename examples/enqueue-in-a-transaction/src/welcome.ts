import { Database, JobKind, PermanentError } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { users } from "./schema.ts"

export const SendWelcome = JobKind.make("send-welcome", {
  payload: Schema.Struct({ userId: Schema.Int }),
  dedupeKey: ({ userId }) => String(userId),
  timeout: "30 seconds"
})

/** The user and the job to welcome them are one commit: neither exists without the other. */
export const signUp = (email: string) =>
  Database.use(({ run, transaction }) =>
    transaction(
      Effect.gen(function* () {
        const [user] = yield* run((db) => db.insert(users).values({ email }).returning())
        return yield* SendWelcome.enqueue({ userId: user!.id })
      })
    )
  )

/** The mark on the user and the job's completion are one commit, too. */
export const welcomeHandler = SendWelcome.handle(({ userId }, job) =>
  job.completeIn(
    Database.use(({ run }) =>
      Effect.flatMap(
        run((db) => db.update(users).set({ welcomed: true }).where(eq(users.id, userId)).returning()),
        ([user]) => (user === undefined ? Effect.fail(new PermanentError({ reason: "no such user" })) : Effect.void)
      )
    )
  )
)

/** A job for every user that was imported, of which none is read; who has a job waiting gets no second one. */
export const welcomeAll = Database.use(({ db }) =>
  SendWelcome.enqueueFrom(db.select({ userId: users.id }).from(users).where(eq(users.welcomed, false)), {
    dedupeKey: ({ userId }) => userId
  })
)
