/**
 * Searches the code of the default branches of the repositories that somebody may see.
 */
import type { Database, DatabaseError } from "@drover/core"
import { Duration, Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { checkRegexes } from "./checkRegexes.ts"
import type { LineMatch } from "./lineMatch.ts"
import { parseQuery } from "./parseQuery.ts"
import { CANDIDATES, type RankedFile, rankFiles } from "./rankFiles.ts"
import { readLines } from "./readLines.ts"
import { type IncompleteRepository, readIncomplete } from "./readIncomplete.ts"
import type { QueryRejected, SearchTooSlow } from "./SearchError.ts"
import type { SearchQuery } from "./SearchQuery.ts"
import { searchWithin } from "./searchWithin.ts"

/** @category options */
export interface SearchCode {
  /** See the table in docs/guides/forge.md. */
  readonly query: string
  readonly actorId?: ActorId
  /** Files of a page; at most 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** Files before the page. Defaults to 0. */
  readonly offset?: number | undefined
  /** How long each of its statements may take. Defaults to 5 seconds. */
  readonly timeout?: Duration.Input | undefined
}

/** A file that has what was asked for. @category models */
export interface CodeHit extends Omit<RankedFile, "total"> {
  /** How many lines match; zero for a file that is found by its path, or by a match over several lines. */
  readonly lineCount: number
  /** The first of them, at most ten. */
  readonly lines: ReadonlyArray<LineMatch>
}

/** @category models */
export interface CodeResults {
  /** The best first. */
  readonly hits: ReadonlyArray<CodeHit>
  /** Files in all; at most 1,000. */
  readonly total: number
  /** More than `total` match, and the best were not looked for among all: a narrower query finds the others. */
  readonly truncated: boolean
  readonly hasMore: boolean
  /** Repositories that may have more than was found, and why. */
  readonly incomplete: ReadonlyArray<IncompleteRepository>
}

/**
 * Finds the files that have every term in their content or their path, all at one moment.
 *
 * Fails with `QueryRejected` for what cannot be searched for, naming the place, and with `SearchTooSlow`.
 *
 * @category operations
 */
export const searchCode = Effect.fn("Search.searchCode")(function* ({
  actorId,
  limit = 30,
  offset = 0,
  query: text,
  timeout = "5 seconds"
}: SearchCode): Effect.fn.Return<CodeResults, QueryRejected | SearchTooSlow | DatabaseError, Database> {
  const query = yield* Effect.fromResult(parseQuery(text))
  yield* checkRegexes(query)
  const limitMillis = Duration.toMillis(timeout)
  const page = { limit: between(limit, 1, 100), offset: between(offset, 0, CANDIDATES) }
  return yield* searchWithin(text, limitMillis, readResults(query, actorId, page))
})

const between = (value: number, least: number, most: number): number =>
  Number.isFinite(value) ? Math.min(most, Math.max(least, Math.trunc(value))) : least

const readResults = Effect.fnUntraced(function* (
  query: SearchQuery,
  actorId: ActorId,
  page: { readonly limit: number; readonly offset: number }
) {
  // one more, to know of it
  const files = yield* rankFiles({ query, actorId, limit: page.limit + 1, offset: page.offset })
  const shown = files.slice(0, page.limit)
  const found = yield* readLines(query, Array.from(new Set(shown.map(({ blobOid }) => blobOid))))
  const total = files[0]?.total ?? 0
  const hits = shown.map(({ blobOid, commitSha, matches, path, repository, repositoryId }): CodeHit => {
    const { count, lines } = found.get(blobOid) ?? { count: 0, lines: [] }
    return { repositoryId, repository, commitSha, path, blobOid, matches, lineCount: count, lines }
  })
  return {
    hits,
    total: Math.min(total, CANDIDATES),
    truncated: total > CANDIDATES,
    hasMore: files.length > page.limit,
    incomplete: yield* readIncomplete(query, actorId)
  }
})
