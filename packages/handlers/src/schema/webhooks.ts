/**
 * Who is told of events, and how that went.
 */
import { sql } from "drizzle-orm"
import { boolean, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { events } from "./events.ts"
import { repositories } from "./repositories.ts"

export const webhooks = pgTable(
  "webhooks",
  {
    id: idColumn(),
    /** Null: it hears of every repository. */
    repositoryId: refColumn("repository_id").references(() => repositories.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    /** `form`: the body is the field `payload` of a form. */
    contentType: text("content_type").$type<"json" | "form">().notNull().default("json"),
    /** What deliveries are signed with; null: they are not. */
    secret: text("secret"),
    /** Names of events; `*` is all of them. */
    events: text("events")
      .array()
      .notNull()
      .default(sql`'{push}'`),
    active: boolean("active").notNull().default(true),
    /** Failures without a success between them, over all deliveries. */
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    /** The circuit is open: nothing is sent before this. */
    pausedUntil: timeColumn("paused_until"),
    /** The requests under way: until when each may last, in seconds of Unix time, by its job. */
    inFlight: jsonb("in_flight").$type<Readonly<Record<string, number>>>().notNull().default({}),
    lastStatus: integer("last_status"),
    lastMessage: text("last_message"),
    lastDeliveredAt: timeColumn("last_delivered_at"),
    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    index("webhooks_repository_idx").on(table.repositoryId),
    check("webhooks_content_type", sql`${table.contentType} in ('json', 'form')`)
  ]
)

/** One event to one webhook. Its id stays the same over all attempts, those of a redelivery too. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    /** What receivers know it by. */
    id: uuid("id").primaryKey().defaultRandom(),
    webhookId: refColumn("webhook_id")
      .notNull()
      .references(() => webhooks.id, { onDelete: "cascade" }),
    /** Null for a ping. */
    eventId: refColumn("event_id").references(() => events.id, { onDelete: "set null" }),
    event: text("event").notNull(),
    action: text("action").notNull().default(""),
    /** The exact text that is sent, and signed. */
    body: text("body").notNull(),
    state: text("state").$type<"pending" | "delivered" | "failed">().notNull().default("pending"),
    createdAt: createdAtColumn(),
    finishedAt: timeColumn("finished_at"),
    /** Why it failed, where no attempt says so. */
    failureMessage: text("failure_message"),
    /** When its job was last asked for, or seen to be there. */
    jobSeenAt: timeColumn("job_seen_at").notNull().defaultNow(),
    /** How often its job ended without a word, and another was asked for. */
    jobsLost: integer("jobs_lost").notNull().default(0)
  },
  (table) => [
    // deliveriesQuery
    index("webhook_deliveries_webhook_idx").on(
      table.webhookId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst()
    ),
    // findLostDeliveries: those whose jobs nobody has looked for, for longest
    index("webhook_deliveries_job_seen_idx")
      .on(table.jobSeenAt)
      .where(sql`${table.state} = 'pending'`),
    // sendWaiting: what waits for a webhook
    index("webhook_deliveries_pending_idx")
      .on(table.webhookId, table.createdAt)
      .where(sql`${table.state} = 'pending'`),
    // deleteOldDeliveries
    index("webhook_deliveries_created_idx").on(table.createdAt),
    // deleteOldEvents: each event that goes is looked for here
    index("webhook_deliveries_event_idx").on(table.eventId),
    check("webhook_deliveries_state", sql`${table.state} in ('pending', 'delivered', 'failed')`)
  ]
)

/** One request, and what came back. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    id: idColumn(),
    deliveryId: uuid("delivery_id")
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: "cascade" }),
    /** Somebody asked for it, after the delivery had ended. */
    redelivery: boolean("redelivery").notNull().default(false),
    requestUrl: text("request_url").notNull(),
    requestHeaders: jsonb("request_headers").$type<Readonly<Record<string, string>>>().notNull(),
    /** Null: there was no answer; `error` says why. */
    responseStatus: integer("response_status"),
    responseHeaders: jsonb("response_headers").$type<Readonly<Record<string, string>>>(),
    /** Cut off after 64 KiB. */
    responseBody: text("response_body"),
    error: text("error"),
    durationMillis: integer("duration_millis").notNull(),
    createdAt: createdAtColumn()
  },
  (table) => [index("webhook_attempts_delivery_idx").on(table.deliveryId, table.id)]
)
