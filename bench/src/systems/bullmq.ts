/**
 * BullMQ on Redis, through ioredis, its default client. Finished jobs are removed at once.
 */
import { Queue, Worker } from "bullmq"
import { Redis } from "ioredis"
import type { Inspector } from "../inspect.ts"
import { type OpenSystem, pause, type Payload, payloads } from "./System.ts"

const name = "bench"
const bulk = 1000

/** Of 24, 50, 100 and 300 the fastest on two cores. */
export const bullmqSettings = { concurrency: 100 }

export const openBullmq: OpenSystem = async ({ redisPort = 0 }) => {
  const connection = { host: "127.0.0.1", port: redisPort }
  let opened: Queue<Payload> | undefined
  const queue = () =>
    (opened ??= new Queue<Payload>(name, { connection, defaultJobOptions: { removeOnComplete: true } }))
  const enqueueAll = async (list: ReadonlyArray<Payload>) =>
    void (await queue().addBulk(list.map((data) => ({ name, data }))))
  return {
    install: async () => {},
    fill: async (first, count) => {
      for (let at = 0; at < count; at += bulk) await enqueueAll(payloads(first + at, Math.min(bulk, count - at)))
    },
    enqueue: async (payload) => void (await queue().add(name, payload)),
    enqueueAll,
    work: async ({ millis, start }) => {
      const worker = new Worker<Payload>(
        name,
        async ({ data }) => {
          start(data)
          if (millis > 0) await pause(millis)
        },
        { connection, ...bullmqSettings }
      )
      worker.on("error", (error) => console.error("bullmq:", error))
      return { stop: () => worker.close() }
    },
    close: async () => {
      await opened?.close()
    }
  }
}

/** Looks at the queue from outside. */
export const inspectQueue = (port: number): Inspector => {
  const redis = new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null })
  const queue = new Queue(name, { connection: redis })
  const counts = async () => {
    const { active = 0, prioritized = 0, wait = 0 } = await queue.getJobCounts("active", "prioritized", "wait")
    return { waiting: wait + prioritized, running: active, finished: undefined, spent: undefined }
  }
  return {
    isEmpty: async () => {
      const { running, waiting } = await counts()
      return running + waiting === 0
    },
    counts,
    bloat: async () => undefined,
    close: async () => {
      await queue.close()
      await redis.quit()
    }
  }
}
