/**
 * Reads webhooks, for those who may know of them: admins of the repository, and of those that hear of all repositories
 * the operator.
 */
import { Database } from "@drover/core"
import { asc, eq, isNull } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { requireRepository } from "../repositories/findRepository.ts"
import { webhooks } from "../schema/webhooks.ts"
import { shown } from "./Webhook.ts"
import { WebhookRejected, WebhookUnknown } from "./WebhookError.ts"

/** @category options */
export interface WebhookChoice {
  readonly webhookId: number
  readonly actorId?: ActorId
}

/** The webhook, its secret masked. Served by the primary keys. @category operations */
export const findWebhook = (choice: WebhookChoice) => Effect.map(requireWebhook(choice), shown)

/** The row, for an actor who may change it. */
export const requireWebhook = Effect.fnUntraced(function* ({ actorId, webhookId }: WebhookChoice) {
  const { run } = yield* Database
  const unknown = new WebhookUnknown({ id: webhookId })
  const [row] = yield* run((db) => db.select().from(webhooks).where(eq(webhooks.id, webhookId)))
  if (row === undefined) return yield* unknown
  const { repositoryId } = row
  if (repositoryId === null) return actorId === undefined ? row : yield* unknown
  // whoever may not know of the repository learns nothing of its webhooks' ids
  yield* requireRepository(repositoryId, actorId, "admin").pipe(
    Effect.catchTag("RepositoryUnknown", () => Effect.fail(unknown))
  )
  return row
})

/** @category options */
export interface ListWebhooks {
  /** Null: those that hear of all repositories. */
  readonly repositoryId: number | null
  readonly actorId?: ActorId
}

/** In the order in which they were added, their secrets masked. Served by `webhooks_repository_idx`. @category operations */
export const listWebhooks = Effect.fn("Webhooks.list")(function* ({ actorId, repositoryId }: ListWebhooks) {
  yield* requireOwner(actorId, repositoryId)
  const { run } = yield* Database
  const { repositoryId: column } = webhooks
  const rows = yield* run((db) =>
    db
      .select()
      .from(webhooks)
      .where(repositoryId === null ? isNull(column) : eq(column, repositoryId))
      .orderBy(asc(webhooks.id))
  )
  return rows.map(shown)
})

/** Passes for those who may have webhooks of the repository, or of all. */
export const requireOwner = Effect.fnUntraced(function* (actorId: ActorId, repositoryId: number | null) {
  if (repositoryId !== null) {
    yield* requireRepository(repositoryId, actorId, "admin")
    return
  }
  if (actorId === undefined) return
  return yield* new WebhookRejected({
    field: "repository",
    rule: "must be given: webhooks of all repositories are the operator's"
  })
})
