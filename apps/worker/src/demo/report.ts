/**
 * Tells what the worker found, as it finds it, and how much waits.
 */
import { Database, JobQueue, Routine } from "@drover/core"
import { pullRequests, repositories } from "@drover/handlers"
import { asc, eq, getTableColumns } from "drizzle-orm"
import { Console, Effect } from "effect"

const LOOK_EVERY = "300 millis"

type Row = typeof pullRequests.$inferSelect & { readonly repository: string }

/** One line of a pull request. Pure. */
export const describe = (pull: Row): string => {
  const name = `${pull.repository}#${pull.number}`.padEnd(16)
  const size = `+${pull.additions} −${pull.deletions} in ${pull.changedFiles} file(s), ${pull.commits} commit(s)`
  const why =
    pull.mergeableReason ??
    (pull.conflictedPaths.length > 0
      ? `conflicts in ${pull.conflictedPaths.join(", ")}`
      : pull.behindBy > 0
        ? `${pull.behindBy} commit(s) behind ${pull.baseRef}`
        : "")
  return `${name} ${pull.mergeableState.padEnd(7)} ${pull.title.padEnd(20)} ${size}${why === "" ? "" : ` · ${why}`}`
}

const readPulls = Database.use(({ run }) =>
  run((db) =>
    db
      .select({ ...getTableColumns(pullRequests), repository: repositories.name })
      .from(pullRequests)
      .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
      .orderBy(asc(repositories.name), asc(pullRequests.number))
  )
)

/** Prints each pull request when it has been computed and reads differently from before, and the queue when it changed. */
export const report = Effect.suspend(() => {
  const said = new Map<number, string>()
  let queue = ""
  const look = Effect.gen(function* () {
    for (const pull of yield* readPulls) {
      if (pull.mergeableState === "unknown") continue
      const line = describe(pull)
      if (said.get(pull.id) === line) continue
      said.set(pull.id, line)
      yield* Console.log(`  ${line}`)
    }
    const { store } = yield* JobQueue
    const {
      completed = 0,
      errored = 0,
      failed = 0,
      processing = 0,
      queued = 0
    } = yield* store.countByState(["queued", "errored", "processing", "completed", "failed"])
    const line = `queue: ${queued} queued · ${processing} running · ${errored} to retry · ${completed} completed · ${failed} failed`
    if (line === queue) return
    queue = line
    yield* Console.log(line)
  })
  return Routine.run({ name: "demo.report", run: look, interval: LOOK_EVERY })
})
