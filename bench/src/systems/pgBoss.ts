/**
 * pg-boss: batches, as many at a time as pays, fetched without a pause while they come back full, and woken by NOTIFY.
 */
import { PgBoss } from "pg-boss"
import { type Handling, type OpenSystem, pause, type Payload, payloads } from "./System.ts"

const queue = "bench"
const bulk = 1000

/** Of 1 to 4 loops with batches of 100 to 2,000 the fastest on two cores. */
export const pgBossSettings = { batchSize: 2000, localConcurrency: 2, pollingIntervalSeconds: 0.5, max: 10 }

export const openPgBoss: OpenSystem = async ({ databaseUrl }) => {
  const { max, ...work } = pgBossSettings
  const boss = new PgBoss({ connectionString: databaseUrl, max, useListenNotify: true })
  boss.on("error", (error) => console.error("pg-boss:", error))
  let started: Promise<unknown> | undefined
  const open = () => (started ??= boss.start())
  const enqueueAll = async (list: ReadonlyArray<Payload>) => {
    await open()
    await boss.insert(
      queue,
      list.map((data) => ({ data }))
    )
  }
  const stop = async () => {
    if (started !== undefined) await boss.stop({ graceful: true })
    started = undefined
  }
  return {
    install: async () => {
      await open()
      await boss.createQueue(queue, { notify: true })
    },
    fill: async (first, count) => {
      for (let at = 0; at < count; at += bulk) await enqueueAll(payloads(first + at, Math.min(bulk, count - at)))
    },
    enqueue: async (payload) => {
      await open()
      await boss.send(queue, payload)
    },
    enqueueAll,
    work: async (handling) => {
      await open()
      await boss.work<Payload>(queue, { ...work, burstWhenBatchFull: true }, handlerOf(handling))
      return { stop }
    },
    close: stop
  }
}

/** A batch is done when all its jobs are; they run at the same time. */
const handlerOf =
  ({ millis, start }: Handling) =>
  async (jobs: ReadonlyArray<{ readonly data: Payload }>): Promise<void> => {
    for (const { data } of jobs) start(data)
    if (millis > 0) await pause(millis)
  }
