/**
 * The repositories that have what a query asks for: all of them, however many files match.
 */
import { Database, type DatabaseError } from "@drover/core"
import { sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { checkRegexes } from "./checkRegexes.ts"
import { parseQuery } from "./parseQuery.ts"
import { type IncompleteRepository, readIncomplete } from "./readIncomplete.ts"
import type { QueryRejected, SearchTooSlow } from "./SearchError.ts"
import type { SearchQuery } from "./SearchQuery.ts"
import { matchingFiles, visibleRepositories } from "./searchSql.ts"
import { searchWithin } from "./searchWithin.ts"

/** Paths of one repository that are told. */
const PATHS = 1000

export interface RepositoryWithHits {
  readonly repositoryId: number
  /** In their order; at most 1,000. */
  readonly paths: ReadonlyArray<string>
}

export interface RepositoriesWith {
  readonly found: ReadonlyArray<RepositoryWithHits>
  /** Repositories that may have it too, and why that is not known. */
  readonly incomplete: ReadonlyArray<IncompleteRepository>
}

/** Whoever reads every match waits longer than for a page. */
const LIMIT = "30 seconds"

/**
 * In the default branches of the repositories that the actor may read. Fails with `QueryRejected` and `SearchTooSlow`
 * as `searchCode` does. For the indexes see `searchSql.ts`.
 */
export const repositoriesWith = Effect.fn("Search.repositoriesWith")(function* (
  text: string,
  actorId: ActorId
): Effect.fn.Return<RepositoriesWith, QueryRejected | SearchTooSlow | DatabaseError, Database> {
  const query = yield* Effect.fromResult(parseQuery(text))
  yield* checkRegexes(query)
  return yield* searchWithin(
    text,
    Duration.toMillis(LIMIT),
    Effect.all({ found: readFound(query, actorId), incomplete: readIncomplete(query, actorId) })
  )
})

const readFound = (query: SearchQuery, actorId: ActorId) =>
  Database.use(({ run }) =>
    run((db) =>
      db.execute<{ repositoryId: number; paths: ReadonlyArray<string> }>(sql`
        with visible as materialized (${visibleRepositories(query, actorId)})
        select file.repository_id::float8 as "repositoryId",
          to_json((array_agg(file.path order by file.path collate "C"))[:${PATHS}]) as paths
        from (${matchingFiles(query)}) as file
        group by file.repository_id`)
    )
  )
