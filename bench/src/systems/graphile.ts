/**
 * graphile-worker with the settings of its own performance page, without batching and with.
 */
import { consoleLogFactory, Logger, makeWorkerUtils, run, runMigrations, type WorkerUtils } from "graphile-worker"
import postgres from "postgres"
import { type Handling, type OpenSystem, pause, type Payload } from "./System.ts"

export interface GraphileVariant {
  readonly batched: boolean
}

const task = "bench"
const concurrentJobs = 24

const logger = new Logger((scope) => {
  const log = consoleLogFactory(scope)
  return (level, message, meta) => (level === "error" ? log(level, message, meta) : undefined)
})

const batching = {
  localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0
}

export const openGraphile =
  ({ batched }: GraphileVariant): OpenSystem =>
  async ({ databaseUrl }) => {
    const preset = {
      worker: {
        connectionString: databaseUrl,
        concurrentJobs,
        maxPoolSize: concurrentJobs + 1,
        logger,
        ...(batched ? batching : {})
      }
    }
    let opened: Promise<WorkerUtils> | undefined
    const utils = () => (opened ??= makeWorkerUtils({ preset }))
    return {
      install: () => runMigrations({ preset }),
      fill: async (first, count) => {
        const sql = postgres(databaseUrl, { max: 1 })
        // as in its own performance test: one call, no row on the wire
        await sql`
          select count(*) from graphile_worker.add_jobs(array(
            select json_populate_record(
              null::graphile_worker.job_spec,
              json_build_object('identifier', 'bench', 'payload', json_build_object('n', n)))
            from generate_series(${first}::int, ${first + count - 1}::int) n))`
        await sql.end()
      },
      enqueue: async (payload) => void (await (await utils()).addJob(task, payload)),
      enqueueAll: async (list) =>
        void (await (await utils()).addJobs(list.map((payload) => ({ identifier: task, payload })))),
      work: async (handling) => {
        const runner = await run({ preset, noHandleSignals: true, taskList: { [task]: taskOf(handling) } })
        return { stop: () => runner.stop() }
      },
      close: async () => {
        await (await opened)?.release()
      }
    }
  }

const taskOf = ({ millis, start }: Handling) =>
  millis === 0
    ? (payload: unknown) => start(payload as Payload)
    : (payload: unknown) => {
        start(payload as Payload)
        return pause(millis)
      }
