/**
 * Drover itself: `JobKind`, `JobQueue` and `JobRuntime` of `@drover/core`, as an application uses them.
 */
import { Database, JobKind, JobQueue, JobRuntime } from "@drover/core"
import { Effect, Exit, Layer, Logger, ManagedRuntime, Redacted, Schema, Scope } from "effect"
import postgres from "postgres"
import type { DroverSettings } from "./droverSettings.ts"
import { measureClaims } from "./droverClaims.ts"
import { fillJobs } from "./jobsTable.ts"
import type { Handling, OpenSystem, Payload } from "./System.ts"

const Plain = JobKind.make("bench", { payload: Schema.Struct({ n: Schema.Int }) })
const Timed = JobKind.make("bench-timed", { payload: Schema.Struct({ n: Schema.Int, at: Schema.Number }) })

export const openDrover =
  ({ database, queue, runtime: worker }: DroverSettings): OpenSystem =>
  async ({ databaseUrl }) => {
    const layer = JobQueue.layerWith(queue).pipe(
      Layer.provideMerge(Database.layer({ ...database, url: Redacted.make(databaseUrl) })),
      Layer.provideMerge(Logger.layer([]))
    )
    const runtime = ManagedRuntime.make(layer)
    await runtime.runPromise(Effect.void)

    return {
      install: async () => {}, // the template has the tables
      fill: async (first, count) => {
        const sql = postgres(databaseUrl, { max: 1 })
        await fillJobs(sql, first, count)
        await sql.end()
      },
      enqueue: ({ at, n }) =>
        runtime.runPromise(Effect.asVoid(at === undefined ? Plain.enqueue({ n }) : Timed.enqueue({ n, at }))),
      enqueueAll: (list) => runtime.runPromise(Effect.asVoid(enqueueAll(list))),
      work: async (handling) => {
        const scope = await runtime.runPromise(Scope.make())
        const running = await runtime.runPromise(
          Scope.provide(JobRuntime.make({ handlers: [handlerOf(handling)], ...worker }), scope)
        )
        return {
          stop: async () => {
            await runtime.runPromise(running.stop)
            await runtime.runPromise(Scope.close(scope, Exit.void))
          }
        }
      },
      claims: async (options) => {
        const sql = postgres(databaseUrl, { max: 1 })
        const claims = await runtime.runPromise(JobQueue.use(({ store }) => measureClaims(store, sql, options)))
        await sql.end()
        return claims
      },
      close: () => runtime.dispose()
    }
  }

const enqueueAll = (list: ReadonlyArray<Payload>) =>
  list[0]?.at === undefined ? Plain.enqueueAll(list) : Timed.enqueueAll(list.map(({ at = 0, n }) => ({ n, at })))

const handlerOf = ({ millis, start, timed }: Handling) => {
  const handle = (payload: Payload) => {
    const started = Effect.sync(() => start(payload))
    return millis === 0 ? started : Effect.andThen(started, Effect.sleep(millis))
  }
  return timed ? Timed.handle(handle) : Plain.handle(handle)
}
