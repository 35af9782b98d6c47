/**
 * Who is measured. Each runs in processes of its own, with its own fastest documented settings.
 */
import { droverBulk, droverSettings } from "./systems/droverSettings.ts"
import type { OpenSystem } from "./systems/System.ts"

export const families = ["floor", "drover", "graphile", "pg-boss", "bullmq"] as const

/** Those of one family share their tables, so that a filled database serves all of them. */
export type Family = (typeof families)[number]

export interface Contestant {
  readonly family: Family
  readonly label: string
  /** What becomes of a finished job. */
  readonly finished: "kept" | "deleted"
  /** Whether an end is written only for the attempt that is current. */
  readonly fenced: string
  readonly settings: string
  /** Jobs in one call where bulks are measured: what is fastest of 200 to 20,000. */
  readonly bulk: number
  /** Loads the system; only its own child does. */
  readonly load: () => Promise<OpenSystem>
}

const floor = (ownership: "lease" | "transaction", finished: "kept" | "deleted", statements: string): Contestant => ({
  family: "floor",
  label: `floor: ${statements}`,
  finished,
  fenced: ownership === "lease" ? "by id and attempt" : "by the row lock",
  settings: "batches of 500, 4 connections, prepared statements, no queue around them",
  bulk: droverBulk,
  load: async () => (await import("./systems/floor.ts")).openFloor({ ownership, finished })
})

type DroverVariant = keyof typeof droverSettings

/** `database.connections 10, runtime.concurrency 24`. */
const settingsOf = (variant: DroverVariant): string =>
  Object.entries(droverSettings[variant])
    .flatMap(([part, options]) => Object.entries(options).map(([name, value]) => `${part}.${name} ${String(value)}`))
    .join(", ")

const drover = (variant: DroverVariant, how: string, finished: "kept" | "deleted", fenced: string): Contestant => ({
  family: "drover",
  label: `drover, ${how}`,
  finished,
  fenced,
  settings: settingsOf(variant),
  bulk: droverBulk,
  load: async () => (await import("./systems/drover.ts")).openDrover(droverSettings[variant])
})

const attempt = "by id and attempt"
const rowLock = "by the row lock, id and attempt"

export const contestants = {
  "floor-kept": floor("lease", "kept", "claim UPDATE + UPDATE"),
  "floor-deleted": floor("lease", "deleted", "claim UPDATE + DELETE"),
  "floor-transaction": floor("transaction", "kept", "SELECT FOR UPDATE + UPDATE, one commit"),
  "floor-transaction-deleted": floor("transaction", "deleted", "SELECT FOR UPDATE + DELETE, one commit"),
  "drover-kept": drover("kept", "lease, rows kept", "kept", attempt),
  "drover-deleted": drover("deleted", "lease, rows deleted", "deleted", attempt),
  "drover-transaction": drover("transaction", "transactions of 500", "kept", rowLock),
  "drover-transaction-deleted": drover("transactionDeleted", "transactions of 500, rows deleted", "deleted", rowLock),
  "drover-one": drover("one", "a transaction a job", "kept", rowLock),
  graphile: {
    family: "graphile",
    label: "graphile-worker",
    finished: "deleted",
    fenced: "no",
    settings: "concurrentJobs 24, maxPoolSize 25",
    bulk: 10_000,
    load: async () => (await import("./systems/graphile.ts")).openGraphile({ batched: false })
  },
  "graphile-batched": {
    family: "graphile",
    label: "graphile-worker, batched",
    finished: "deleted",
    fenced: "no",
    settings:
      "concurrentJobs 24, maxPoolSize 25, localQueue.size 500 (refetchDelay 10 ms), " +
      "completeJobBatchDelay 0, failJobBatchDelay 0",
    bulk: 10_000,
    load: async () => (await import("./systems/graphile.ts")).openGraphile({ batched: true })
  },
  "pg-boss": {
    family: "pg-boss",
    label: "pg-boss",
    finished: "kept",
    fenced: "no",
    settings:
      "batchSize 2,000, localConcurrency 2, burstWhenBatchFull, notify and useListenNotify, " +
      "pollingIntervalSeconds 0.5, max 10",
    bulk: 10_000,
    load: async () => (await import("./systems/pgBoss.ts")).openPgBoss
  },
  bullmq: {
    family: "bullmq",
    label: "BullMQ on Redis",
    finished: "deleted",
    fenced: "by lock token",
    settings: "concurrency 100, removeOnComplete, ioredis; Redis with its defaults, which write no log of commands",
    bulk: 10_000,
    load: async () => (await import("./systems/bullmq.ts")).openBullmq
  }
} as const satisfies Record<string, Contestant>

export type ContestantId = keyof typeof contestants

export const contestant = (id: ContestantId): Contestant => contestants[id]
