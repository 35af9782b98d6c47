/**
 * Puts together the servers and the processes of a run.
 */
import type { Bench } from "./Bench.ts"
import { type Child, startChild } from "./children.ts"
import { contestant, type ContestantId, type Family } from "./contestants.ts"
import { inspect } from "./inspect.ts"
import type { Options } from "./options.ts"
import { type Databases, startDatabases } from "./postgres.ts"
import { Samples } from "./Samples.ts"
import { type RedisServer, startRedis } from "./redis.ts"
import { full, quick, type Scale, short } from "./scale.ts"
import type { Servers } from "./systems/System.ts"

/** Who creates a family's tables, and fills them. */
const provisioner: Record<Family, ContestantId> = {
  floor: "floor-kept",
  drover: "floor-kept",
  graphile: "graphile",
  "pg-boss": "pg-boss",
  bullmq: "bullmq"
}

export interface RunningBench extends Bench {
  readonly databases: Databases
  /** Undefined where there is none, and BullMQ is left out. */
  readonly redis: RedisServer | undefined
  readonly stop: () => Promise<void>
}

export const makeBench = async (
  options: Options,
  scale: Scale = options.quick ? quick : options.short ? short : full
): Promise<RunningBench> => {
  const redis = options.systems.has("bullmq") ? await startRedis() : undefined
  const redisPort = redis?.port

  const provision = async (family: Family, servers: Servers, jobs: number | undefined): Promise<void> => {
    const child = await startChild({ contestant: provisioner[family], servers })
    try {
      await (jobs === undefined ? child.call("install") : child.call("fill", 0, jobs))
    } finally {
      await child.end()
    }
  }

  const databases = await startDatabases(options.databaseUrl, (family, databaseUrl, jobs) =>
    provision(family, { databaseUrl, redisPort }, jobs)
  )

  const inDatabase = async <A>(family: Family, jobs: number, work: (servers: Servers) => Promise<A>): Promise<A> => {
    if (family !== "bullmq") return databases.using(family, jobs, (databaseUrl) => work({ databaseUrl, redisPort }))
    const servers = { databaseUrl: "", redisPort }
    await redis?.clear()
    if (jobs > 0) await provision(family, servers, jobs)
    return work(servers)
  }

  return {
    options,
    databases,
    redis,
    scale,
    samples: new Samples(),
    describe: contestant,
    taking: (list) =>
      list.filter((id) => {
        const { family } = contestant(id)
        const asked = options.systems.has(family) || options.systems.has(id)
        return asked && (family !== "bullmq" || redis !== undefined)
      }),
    arena: (id, jobs, work) => {
      const { family, finished } = contestant(id)
      return inDatabase(family, jobs, async (servers) => {
        const inspector = await inspect(family, servers)
        const children: Array<Child> = []
        try {
          const start = async () => {
            const child = await startChild({ contestant: id, servers, profile: options.profile })
            children.push(child)
            return child
          }
          return await work({ contestant: id, keeps: finished === "kept", servers, inspector, start })
        } finally {
          await Promise.allSettled(children.map((child) => child.end()))
          await inspector.close()
        }
      })
    },
    stop: async () => {
      await databases.stop()
      await redis?.stop()
    }
  }
}
