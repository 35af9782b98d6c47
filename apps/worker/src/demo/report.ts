/**
 * Tells what the worker found, as it finds it, and how much waits.
 */
import { Database, JobQueue, Routine } from "@drover/core"
import { pullRequests, repositories, searchCode } from "@drover/handlers"
import { asc, eq, getTableColumns } from "drizzle-orm"
import { Console, Effect } from "effect"
import { describePull, describeSearch } from "./describe.ts"

const LOOK_EVERY = "300 millis"
const QUERY = "currency"

const readPulls = Database.use(({ run }) =>
  run((db) =>
    db
      .select({ ...getTableColumns(pullRequests), repository: repositories.name })
      .from(pullRequests)
      .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
      .orderBy(asc(repositories.name), asc(pullRequests.number))
  )
)

const readQueue = Effect.gen(function* () {
  const { store } = yield* JobQueue
  const {
    completed = 0,
    errored = 0,
    failed = 0,
    processing = 0,
    queued = 0
  } = yield* store.countByState(["queued", "errored", "processing", "completed", "failed"])
  return `queue: ${queued} queued · ${processing} running · ${errored} to retry · ${completed} completed · ${failed} failed`
})

/** Says a thing again only when it reads differently from before. */
const changes = () => {
  const said = new Map<string, string>()
  return (name: string, line: string, print = line) =>
    Effect.suspend(() => {
      if (said.get(name) === line) return Effect.void
      said.set(name, line)
      return Console.log(print)
    })
}

/** Prints each pull request when it has been computed, what a search finds when the index has changed, and the queue. */
export const report = Effect.suspend(() => {
  const say = changes()
  const look = Effect.gen(function* () {
    for (const pull of yield* readPulls) {
      if (pull.mergeableState === "unknown" && pull.state === "open") continue
      const line = describePull(pull)
      yield* say(`pull ${pull.id}`, line, `  ${line}`)
    }
    const { hits } = yield* searchCode({ query: QUERY })
    if (hits.length > 0) yield* say("search", describeSearch(QUERY, hits))
    yield* say("queue", yield* readQueue)
  })
  return Routine.run({ name: "demo.report", run: look, interval: LOOK_EVERY })
})
