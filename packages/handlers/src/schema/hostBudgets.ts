/**
 * What is left to be asked of each code host with each credential, for all workers of all machines together.
 */
import { index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import type { BudgetState } from "../batchChanges/host/budget/BudgetState.ts"
import { timeColumn } from "./columns.ts"

export const hostBudgets = pgTable(
  "host_budgets",
  {
    /** Kind of code host, for example `github`. */
    externalServiceType: text("external_service_type").notNull(),
    /** Which host of that kind: its address, for example `https://github.com/`. */
    externalServiceId: text("external_service_id").notNull(),
    /** Of the credential; see `authenticatorHash`. */
    credentialHash: text("credential_hash").notNull(),
    /** When it was last asked, or heard of: no later decision is of an earlier time. */
    countedAt: timeColumn("counted_at").notNull(),
    /** The host wants a rest until then. */
    restUntil: timeColumn("rest_until"),
    /** What the host's answers say of its own count. */
    resources: jsonb("resources").$type<BudgetState["resources"]>().notNull().default({}),
    /** What was let through, by the name of each limit. */
    spent: jsonb("spent").$type<BudgetState["spent"]>().notNull().default({}),
    /** A day after nothing of it matters any more, in whole hours: the index is seldom written. */
    expiresAt: timeColumn("expires_at").notNull()
  },
  (table) => [
    primaryKey({
      name: "host_budgets_pkey",
      columns: [table.externalServiceType, table.externalServiceId, table.credentialHash]
    }),
    index("host_budgets_expires_idx").on(table.expiresAt)
  ]
)
