/** Repositories of hosts with pull requests that changesets are, and webhooks that are sent over HTTP. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Database } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect, Layer, Redacted } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import { type HeardHost, hostWebhookRoutes } from "../../src/batchChanges/index.ts"
import { changesets, hostDeliveries, repositories } from "../../src/schema.ts"
import { forge } from "../support.ts"
import { execute } from "./plans.ts"

export const github: HeardHost = {
  path: "github",
  externalServiceType: "github",
  externalServiceId: "https://github.com/",
  secrets: [Redacted.make("newer"), Redacted.make("older")]
}
export const corporate: HeardHost = {
  path: "github/corporate",
  externalServiceType: "github",
  externalServiceId: "https://github.example.com/",
  secrets: [Redacted.make("corporate")]
}
const others: ReadonlyArray<HeardHost> = (["gitlab", "gitea", "bitbucketServer"] as const).map((kind) => ({
  path: kind,
  externalServiceType: kind,
  externalServiceId: `https://${kind}.example.com/`,
  secrets: [Redacted.make(kind)]
}))

/** On a port of its own. */
export const served = (hosts: ReadonlyArray<HeardHost> = [github, corporate, ...others]) =>
  HttpRouter.serve(hostWebhookRoutes(hosts), { disableLogger: true }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
    Layer.provideMerge(forge())
  )

export const addressOf = Effect.map(HttpServer.HttpServer, ({ address }) =>
  "port" in address ? `http://127.0.0.1:${address.port}` : ""
)

let made = 0

/** Of a name that no other has, on its host. */
export const hosted = Effect.fnUntraced(function* (
  host: Pick<HeardHost, "externalServiceId" | "externalServiceType"> = github,
  externalName = `acme/billing-${made}`
) {
  const { run } = yield* Database
  const name = `hosted/${made++}`
  const { externalServiceId, externalServiceType } = host
  const [row] = yield* run((db) =>
    db
      .insert(repositories)
      .values({ name, path: `/nowhere/${name}`, externalServiceId, externalServiceType, externalName })
      .returning()
  )
  return { ...row!, externalName }
})

/** Of a pull request that was seen just now. */
export const seenChangeset = Effect.fnUntraced(function* (
  repositoryId: number,
  externalId: string,
  columns: Partial<typeof changesets.$inferInsert> = {}
) {
  const { run } = yield* Database
  const [row] = yield* run((db) =>
    db
      .insert(changesets)
      .values({
        repositoryId,
        externalId,
        publication: "published",
        externalState: "open",
        headRef: `drover/${externalId}`,
        externalBaseRef: "main",
        externalHeadSha: `sha-${externalId}`,
        syncedAt: sql`now()` as never,
        externalUpdatedAt: sql`now()` as never,
        ...columns
      })
      .returning({ id: changesets.id })
  )
  return row!.id
})

/** Whether it is to be looked at next. */
export const isDue = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select({ syncedAt: changesets.syncedAt }).from(changesets).where(eq(changesets.id, id))),
      ([row]) => row!.syncedAt === null
    )
  )

export const looked = (id: number) => execute(`update changesets set synced_at = now() where id = ${id}`)

export const deliveries = Effect.map(
  Database.use(({ run }) => run((db) => db.select().from(hostDeliveries))),
  (rows) => rows.map(({ deliveryId }) => deliveryId)
)

export interface Hook {
  readonly payload: unknown
  readonly event?: string
  readonly delivery?: string
  readonly secret?: string | undefined
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** As GitHub sends it. Gives the status. */
export const send = Effect.fnUntraced(function* ({
  delivery = `delivery-${made++}`,
  event = "pull_request",
  headers = {},
  path = "github",
  payload,
  secret = "newer"
}: Hook) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload)
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`
  return yield* post(path, body, {
    "x-github-event": event,
    "x-github-delivery": delivery,
    "x-hub-signature-256": signature,
    ...headers
  })
})

export const post = Effect.fnUntraced(function* (
  path: string,
  body: RequestInit["body"],
  headers: Readonly<Record<string, string>>
) {
  const address = yield* addressOf
  const response = yield* Effect.promise(() =>
    fetch(`${address}/hooks/${path}`, { method: "POST", body: body ?? null, headers, duplex: "half" })
  )
  yield* Effect.promise(() => response.text())
  return response.status
})

export const pullRequestHook = (repository: string, number: number) => ({
  action: "closed",
  pull_request: { number },
  repository: { full_name: repository }
})
