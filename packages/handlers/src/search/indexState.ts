/**
 * What the index holds of a repository, and who may change it.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { codeIndexState } from "../schema/codeSearch.ts"
import { repositories } from "../schema/repositories.ts"

/** @category models */
export type IndexState = typeof codeIndexState.$inferSelect

/** Gives undefined for a repository that was never indexed, or is none. Served by the primary key. @category operations */
export const indexState = (repositoryId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(codeIndexState).where(eq(codeIndexState.repositoryId, repositoryId))),
      ([state]): IndexState | undefined => state
    )
  )

/** Makes the row, unless there is one, and keeps the repository from going away. */
const ensureState = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db.execute(sql`
        insert into ${codeIndexState} (repository_id, branch)
        select id, default_branch from ${repositories} where id = ${repositoryId} for key share
        on conflict do nothing`)
    )
  )

/**
 * Gives the repository as it is now, and holds its state until the transaction ends: of two who index it, the second
 * waits here and finds it done. Undefined where there is no such repository. Served by the primary keys.
 */
export const holdState = Effect.fnUntraced(function* (repositoryId: number) {
  const { run } = yield* Database
  yield* ensureState(repositoryId)
  const [state] = yield* run((db) =>
    db.select().from(codeIndexState).where(eq(codeIndexState.repositoryId, repositoryId)).for("update")
  )
  // read once it is held: whoever held it before may have waited long
  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  return state === undefined || repository === undefined ? undefined : { state, repository }
})

/** What an indexing came to. */
export type Indexed = Pick<IndexState, "branch" | "bytes" | "commitSha" | "files" | "incompleteReason">

export const saveState = Effect.fnUntraced(function* (repositoryId: number, indexed: Indexed) {
  const { run } = yield* Database
  const indexedAt = yield* DatabaseClock
  const incomplete = indexed.incompleteReason !== null
  yield* run((db) =>
    db
      .update(codeIndexState)
      .set({ ...indexed, incomplete, error: null, indexedAt })
      .where(eq(codeIndexState.repositoryId, repositoryId))
  )
})

/** Notes why a try failed. What is indexed stays. */
export const saveError = Effect.fnUntraced(function* (repositoryId: number, reason: string) {
  const { run, transaction } = yield* Database
  // Postgres keeps no NUL, and what git says may be long
  const error = reason.replaceAll("\0", "").slice(0, 4000)
  yield* transaction(
    Effect.andThen(
      ensureState(repositoryId),
      run((db) => db.update(codeIndexState).set({ error }).where(eq(codeIndexState.repositoryId, repositoryId)))
    )
  )
})
