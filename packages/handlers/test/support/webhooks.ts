/** Webhooks, as tests look at them. */
import { Database, JobRuntime, jobs } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect, Layer, Redacted } from "effect"
import {
  addWebhook,
  type AddWebhook,
  deliverWebhookHandler,
  findDelivery,
  listDeliveries,
  recordEvent,
  repositories,
  webhookGuard,
  WebhookSender,
  type WebhookSenderOptions
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { noJobs } from "./queue.ts"

export const SECRET = "It's a Secret to Everybody"

/** The forge, with deliveries that may go to 127.0.0.1. */
export const hooked = (options: WebhookSenderOptions = {}) =>
  WebhookSender.layer(options).pipe(
    Layer.provideMerge(Layer.orDie(webhookGuard("127.0.0.0/8"))),
    Layer.provideMerge(forge())
  )

let names = 0

/** A row: nothing of webhooks looks into the repository itself. */
export const repository = Database.use(({ run }) =>
  Effect.map(
    run((db) =>
      db
        .insert(repositories)
        .values({ name: `hooks/${names++}`, path: "/nowhere" })
        .returning({ id: repositories.id })
    ),
    ([row]) => row!.id
  )
)

/** A webhook of a repository of its own that hears of statuses, its ping forgotten. */
export const quietHook = Effect.fnUntraced(function* (url: string, options: Partial<AddWebhook> = {}) {
  const repositoryId = options.repositoryId === undefined ? yield* repository : options.repositoryId
  const secret = Redacted.make(SECRET)
  const hook = yield* addWebhook({ url, events: ["status"], secret, ...options, repositoryId })
  yield* noJobs
  return { ...hook, repositoryId }
})

/** Something to tell of; gives the ids of its deliveries to a webhook, the newest first. */
export const tell = Effect.fnUntraced(function* (hook: { readonly id: number; readonly repositoryId: number | null }) {
  const repositoryId = hook.repositoryId ?? (yield* repository)
  yield* recordEvent({ event: "status", repositoryId, body: { sha: "abc" } })
  const [newest] = yield* listDeliveries({ webhookId: hook.id, limit: 1 })
  return newest!.id
})

export const deliver = JobRuntime.runOnce({ handlers: [deliverWebhookHandler] })

/** Makes what is due, until nothing is. */
export const deliverAll = deliver.pipe(Effect.repeat({ while: (worked) => worked }))

/** Ends every rest, and makes what is due then, one round. */
export const nextAttempt = Effect.andThen(
  Database.use(({ run }) => run((db) => db.update(jobs).set({ processAfter: sql`statement_timestamp()` }))),
  deliver
)

export const deliveryOf = (deliveryId: string) => findDelivery({ deliveryId })

/** What the queue has of a delivery. */
export const jobOf = (deliveryId: string) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({
            job: jobs,
            rest: sql<number>`extract(epoch from ${jobs.processAfter} - statement_timestamp())::float8`
          })
          .from(jobs)
          .where(eq(sql`${jobs.payload}->>'deliveryId'`, deliveryId))
      ),
      ([row]) => (row === undefined ? undefined : { ...row.job, rest: row.rest })
    )
  )
