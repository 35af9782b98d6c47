/**
 * The page of files that a query asks for, the best first: those whose name is a term, then those with a term in their
 * path, then by how often the terms are in them; a shorter path first among equals.
 *
 * So that a common word does not read everything, at most `CANDIDATES` files are counted, chosen by all but the count.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import type { ActorId } from "../access/requireRole.ts"
import { codeBlobs } from "../schema/codeSearch.ts"
import type { SearchQuery } from "./SearchQuery.ts"
import { inPathOfFile, lineRegex, matchingFiles, visibleRepositories } from "./searchSql.ts"

/** Files that are ranked. */
export const CANDIDATES = 1000

export interface RankedFile {
  readonly repositoryId: number
  readonly repository: string
  /** What the index has of the repository. */
  readonly commitSha: string
  readonly path: string
  readonly blobOid: string
  /** How often the terms are in its content. */
  readonly matches: number
  /** Of all files, though no more than one past `CANDIDATES`. */
  readonly total: number
}

interface RankFiles {
  readonly query: SearchQuery
  readonly actorId: ActorId
  readonly limit: number
  readonly offset: number
}

/** Gives none past the end. For the indexes see `searchSql.ts`. */
export const rankFiles = ({ actorId, limit, offset, query }: RankFiles) =>
  Database.use(({ run }) => {
    const regex = lineRegex(query)
    const names = query.terms
      .filter(({ kind, negated }) => kind === "text" && !negated)
      .map(({ value }) => value.toLowerCase())
    const matches =
      regex === undefined
        ? sql`0`
        : sql`(select count(*)::int from regexp_matches(blob.content, ${regex}, ${flags(query)}))`
    const order = sql`file.name_rank desc, file.in_path desc`
    const ties = sql`length(file.path), file.name collate "C", file.path collate "C"`
    return run((db) =>
      db.execute<{ [Key in keyof RankedFile]: RankedFile[Key] }>(sql`
        with visible as materialized (${visibleRepositories(query, actorId)}),
        candidates as materialized (
          select file.*, ${inPathOfFile(query)} as in_path,
            case
              when lower(regexp_replace(file.path, '^.*/', '')) = any(${sql.param(names)}::text[]) then 2
              when lower(regexp_replace(file.path, '^.*/|\\.[^./]*$', '', 'g')) = any(${sql.param(names)}::text[]) then 1
              else 0
            end as name_rank
          from (${matchingFiles(query)}) as file
        ),
        ranked as materialized (
          select * from candidates as file order by ${order}, ${ties} limit ${CANDIDATES + 1}
        ),
        counted as materialized (
          select file.*, ${matches} as matches from ranked as file join ${codeBlobs} as blob on blob.oid = file.blob_oid
        )
        select
          repository_id::float8 as "repositoryId", name as repository, commit_sha as "commitSha", path,
          blob_oid as "blobOid", matches, count(*) over ()::int as total
        from counted as file
        order by ${order}, matches desc, ${ties}
        limit ${limit} offset ${offset}`)
    )
  })

/** Of the functions for regular expressions; the operators have them in their names and in `(?n)`. */
export const flags = ({ caseSensitive }: SearchQuery): string => (caseSensitive ? "gn" : "gni")
