/**
 * A webhook of a code host says which pull requests to look at again, before their time.
 *
 * Only a hint: nothing of what it says is written down. What is looked at is the host, so that hooks which come late,
 * twice or out of order do no harm, and what they miss is looked at when it is due.
 */
import { type HostHint, type ReadWebhook, WebhookRefused } from "@drover/code-hosts"
import { Database, DatabaseClock, type DatabaseError, type Drizzle } from "@drover/core"
import { and, eq, isNull, type SQL } from "drizzle-orm"
import { Effect, type Redacted } from "effect"
import { hostDeliveries } from "../../schema/hostDeliveries.ts"
import { repositories } from "../../schema/repositories.ts"
import { makeDue } from "./hintedChangesets.ts"
import { type WebhookHost, webhookReaders } from "./WebhookHost.ts"

/** @category options */
export interface ReceiveHostWebhook extends ReadWebhook {
  /** Whoever knows its secret is this host, and speaks of its repositories alone. */
  readonly host: WebhookHost
  /** Any of them proves that the host sent it. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

/**
 * - `heard`: `due` pull requests are looked at next.
 * - `doubled`: it was heard before.
 * - `unknown`: of a repository that Drover does not have.
 * - `irrelevant`: it says nothing of pull requests, such as a ping.
 *
 * @category models
 */
export interface HeardWebhook {
  readonly outcome: "heard" | "doubled" | "unknown" | "irrelevant"
  readonly due: number
}

/** What a host names a delivery by is far shorter, and what is longer fits no index. */
const LONGEST_DELIVERY = 500

/** One transaction, or part of the ambient one. Fails with nothing written where the host is not proved. @category operations */
export const receiveHostWebhook = Effect.fn("Changesets.receiveHostWebhook")(function* ({
  body,
  headers,
  host,
  secrets
}: ReceiveHostWebhook): Effect.fn.Return<HeardWebhook, DatabaseError | WebhookRefused, Database> {
  const hint = yield* Effect.fromResult(webhookReaders[host.externalServiceType]({ body, headers }, secrets))
  if (hint === null) return { outcome: "irrelevant", due: 0 }
  if (hint.delivery.length > LONGEST_DELIVERY) {
    return yield* new WebhookRefused({ host: host.externalServiceType, reason: "shape" })
  }
  return yield* hear(host, hint)
})

const hear = Effect.fnUntraced(function* (host: WebhookHost, hint: HostHint) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  if (hint.repository.includes("\0")) return { outcome: "unknown", due: 0 } satisfies HeardWebhook
  return yield* transaction(
    Effect.gen(function* () {
      const [repository] = yield* run((db) => findHosted(db, host, hint.repository))
      if (repository === undefined) return { outcome: "unknown", due: 0 } satisfies HeardWebhook
      const first = yield* run((db) => writeDelivery(db, clock, host, hint.delivery))
      if (first.length === 0) return { outcome: "doubled", due: 0 } satisfies HeardWebhook
      const due = yield* run((db) => makeDue(db, repository.id, hint))
      return { outcome: "heard", due: due.length } satisfies HeardWebhook
    })
  )
})

/** Served by `repositories_external_key`. */
export const findHosted = (db: Drizzle, host: WebhookHost, name: string) =>
  db
    .select({ id: repositories.id })
    .from(repositories)
    .where(
      and(
        eq(repositories.externalServiceType, host.externalServiceType),
        eq(repositories.externalServiceId, host.externalServiceId),
        eq(repositories.externalName, name),
        isNull(repositories.deletedAt)
      )
    )

/** Waits for whoever hears the same one now. Served by the primary key. */
const writeDelivery = (db: Drizzle, clock: SQL, host: WebhookHost, deliveryId: string) =>
  db
    .insert(hostDeliveries)
    .values({
      externalServiceType: host.externalServiceType,
      externalServiceId: host.externalServiceId,
      deliveryId,
      receivedAt: clock
    })
    .onConflictDoNothing()
    .returning({ deliveryId: hostDeliveries.deliveryId })
