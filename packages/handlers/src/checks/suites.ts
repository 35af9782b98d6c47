/**
 * Check suites: the check runs of one program on one commit.
 */
import { Database } from "@drover/core"
import { and, asc, eq, getTableColumns, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { requireRepository } from "../repositories/findRepository.ts"
import type { ActorId } from "../access/requireRole.ts"
import { recordEvent } from "../events/recordEvent.ts"
import { checkRuns, checkSuites } from "../schema/checks.ts"
import type { Role } from "../schema/users.ts"
import { type CheckSuite, suiteBody } from "./bodies.ts"
import { CheckNotFound } from "./CheckError.ts"
import { checkCommit, checkName } from "./checkFields.ts"
import { recomputeHeads } from "./recomputeHeads.ts"
import type { ReadCommit } from "./statuses.ts"
import { holdSuite, latestInSuite } from "./suiteRuns.ts"
import { suiteState } from "./suiteState.ts"

/** @category options */
export interface CreateSuite {
  readonly repositoryId: number
  /** The full id of a commit of the repository. */
  readonly headSha: string
  /** The program. Defaults to `drover`. */
  readonly app?: string | undefined
  readonly actorId?: ActorId
}

/** Takes write access. One that there is already is given back. Served by `check_suites_key`. @category operations */
export const createSuite = Effect.fn("Checks.createSuite")(function* (options: CreateSuite) {
  const { actorId, app = "drover", repositoryId } = options
  const repository = yield* requireRepository(repositoryId, actorId, "write")
  yield* checkName("app", app)
  const headSha = yield* checkCommit(repository.path, "head sha", options.headSha)
  return yield* withState(yield* ensureSuite({ repositoryId, headSha, app }))
})

/** Of two that come at once, the second waits and finds the first one's. */
export const ensureSuite = Effect.fnUntraced(function* (key: Pick<CheckSuite, "repositoryId" | "headSha" | "app">) {
  const { run } = yield* Database
  const { app, headSha, repositoryId } = checkSuites
  const [made] = yield* run((db) => db.insert(checkSuites).values(key).onConflictDoNothing().returning())
  if (made !== undefined) return made
  const [found] = yield* run((db) =>
    db
      .select()
      .from(checkSuites)
      .where(and(eq(repositoryId, key.repositoryId), eq(headSha, key.headSha), eq(app, key.app)))
  )
  return found!
})

const withState = (suite: typeof checkSuites.$inferSelect) =>
  Effect.map(latestInSuite(suite.id), (runs): CheckSuite => ({ ...suite, ...suiteState(runs) }))

/** @category options */
export interface OneSuite {
  readonly suiteId: number
  readonly actorId?: ActorId
}

/** Served by the primary key, as is what follows. @category operations */
export const findSuite = ({ actorId, suiteId }: OneSuite) =>
  Effect.flatMap(suiteFor(suiteId, actorId, "read"), withState)

const suiteFor = Effect.fnUntraced(function* (suiteId: number, actorId: ActorId, role: Role) {
  const { run } = yield* Database
  const [suite] = yield* run((db) => db.select().from(checkSuites).where(eq(checkSuites.id, suiteId)))
  const missing = new CheckNotFound({ kind: "check suite", id: suiteId })
  if (suite === undefined) return yield* missing
  yield* requireRepository(suite.repositoryId, actorId, role).pipe(
    Effect.catchTag("RepositoryUnknown", () => Effect.fail(missing))
  )
  return suite
})

/** Of a commit, the oldest first. Served by `check_suites_key`. @category operations */
export const listSuites = Effect.fn("Checks.listSuites")(function* ({ actorId, repositoryId, sha }: ReadCommit) {
  const { run } = yield* Database
  yield* requireRepository(repositoryId, actorId, "read")
  const suites = yield* run((db) =>
    db
      .select(getTableColumns(checkSuites))
      .from(checkSuites)
      .where(and(eq(checkSuites.repositoryId, repositoryId), eq(checkSuites.headSha, sha)))
      .orderBy(asc(checkSuites.id))
  )
  return yield* Effect.forEach(suites, withState)
})

/**
 * Asks for all of it again: the latest attempt of each run goes back to the queue. Takes write access.
 *
 * @category operations
 */
export const rerequestSuite = Effect.fn("Checks.rerequestSuite")(function* ({ actorId, suiteId }: OneSuite) {
  const { run, transaction } = yield* Database
  const suite = yield* suiteFor(suiteId, actorId, "write")
  return yield* transaction(
    Effect.gen(function* () {
      yield* holdSuite(suiteId)
      const runs = yield* latestInSuite(suiteId)
      if (runs.length > 0) {
        yield* run((db) =>
          db
            .update(checkRuns)
            .set({ status: "queued", conclusion: null, startedAt: null, completedAt: null })
            .where(
              inArray(
                checkRuns.id,
                runs.map(({ id }) => id)
              )
            )
        )
      }
      const now = yield* withState(suite)
      const { headSha: sha, repositoryId } = suite
      yield* recordEvent({
        event: "check_suite",
        action: "rerequested",
        repositoryId,
        actorId,
        body: { check_suite: suiteBody(now) }
      })
      yield* recomputeHeads({ repositoryId, sha })
      return now
    })
  )
})
