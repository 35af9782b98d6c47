/**
 * A query as conditions of SQL, on `file` (`code_files`), `blob` (`code_blobs`) and `repository`.
 *
 * Terms that an index serves choose the files, each by `code_blobs_content_idx` and `code_files_blob_idx`, or by
 * `code_files_path_idx`; whatever else is asked for is asked of those.
 */
import { type SQL, sql } from "drizzle-orm"
import type { ActorId } from "../access/requireRole.ts"
import { codeBlobs, codeFiles, codeIndexState } from "../schema/codeSearch.ts"
import { repositories } from "../schema/repositories.ts"
import { repositoryMembers } from "../schema/users.ts"
import { byLine, isIndexed, likeGlob, likePart, pathGlob, regexText } from "./patterns.ts"
import type { Filter, SearchQuery, Term } from "./SearchQuery.ts"

const all = (conditions: ReadonlyArray<SQL>): SQL =>
  conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)

const any = (conditions: ReadonlyArray<SQL>): SQL => sql`(${sql.join([...conditions], sql` or `)})`

const has = (column: SQL, term: Pick<Term, "kind" | "value">, caseSensitive: boolean): SQL => {
  if (term.kind === "text") return sql`${column} ${caseSensitive ? sql`like` : sql`ilike`} ${likePart(term.value)}`
  return matches(column, byLine(term.value), caseSensitive)
}

const matches = (column: SQL, regex: string, caseSensitive: boolean): SQL =>
  sql`${column} ${caseSensitive ? sql`~` : sql`~*`} ${regex}`

const content = sql`blob.content`
const path = sql`file.path`

/** In the content or in the path; a file that is found by path alone has no content. */
const inFile = (term: Term, caseSensitive: boolean): SQL =>
  sql`(coalesce(${has(content, term, caseSensitive)}, false) or ${has(path, term, caseSensitive)})`

/** The repositories that the actor may see and that the query names. Served by the primary key of the members. */
export const visibleRepositories = ({ filters }: SearchQuery, actorId: ActorId): SQL => {
  const seen =
    actorId === undefined
      ? sql`true`
      : sql`(repository.visibility = 'public' or exists (
          select from ${repositoryMembers} as member
          where member.repository_id = repository.id and member.user_id = ${actorId}))`
  const named = filters
    .filter(({ kind }) => kind === "repo")
    .map((filter) => [filter.negated, inRepository(filter)] as const)
  const wanted = named.filter(([negated]) => !negated).map(([, condition]) => condition)
  const unwanted = named.filter(([negated]) => negated).map(([, condition]) => sql`not ${condition}`)
  const conditions = all([seen, ...(wanted.length === 0 ? [] : [any(wanted)]), ...unwanted])
  return sql`
    select repository.id, repository.name, state.commit_sha, state.indexed_at, state.error, state.incomplete_reason
    from ${repositories} as repository
    left join ${codeIndexState} as state on state.repository_id = repository.id
    where ${conditions}`
}

const inRepository = ({ how, values: [value = ""] }: Filter): SQL =>
  how === "glob"
    ? sql`(lower(repository.name) like ${likeGlob(value.toLowerCase())})`
    : sql`(lower(repository.name) = ${value.toLowerCase()})`

const inPath = ({ how, kind, negated, values }: Filter, caseSensitive: boolean): SQL => {
  const [value = ""] = values
  const condition =
    kind === "ext"
      ? matches(path, `\\.(${values.map(regexText).join("|")})$`, false)
      : how === "text"
        ? has(path, { kind: "text", value }, caseSensitive)
        : matches(path, how === "glob" ? pathGlob(value) : value, caseSensitive)
  return negated ? sql`not ${condition}` : condition
}

const isChoosing = ({ kind, negated, value }: Term): boolean => !negated && (kind === "regex" || isIndexed(value))

/** The files that have one term. Two halves, since no index serves both. */
const filesWith = (term: Term, caseSensitive: boolean): SQL => sql`
  select file.repository_id, file.path from ${codeBlobs} as blob
  join ${codeFiles} as file on file.blob_oid = blob.oid
  where ${has(content, term, caseSensitive)}
  union
  select file.repository_id, file.path from ${codeFiles} as file where ${has(path, term, caseSensitive)}`

/** Every file that the query asks for, in a repository of `visible`. */
export const matchingFiles = ({ caseSensitive, filters, terms }: SearchQuery): SQL => {
  const choosing = terms.filter(isChoosing)
  const joins = choosing.map(
    (term) =>
      sql`join (${filesWith(term, caseSensitive)}) as ${sql.identifier(`term_${term.at}`)} using (repository_id, path)`
  )
  const conditions = [
    ...filters.filter(({ kind }) => kind !== "repo").map((filter) => inPath(filter, caseSensitive)),
    ...terms
      .filter((term) => !isChoosing(term))
      .map((term) => (term.negated ? sql`not ${inFile(term, caseSensitive)}` : inFile(term, caseSensitive)))
  ]
  return sql`
    select file.repository_id, file.path, file.blob_oid, visible.name, visible.commit_sha
    from ${codeFiles} as file ${joins.length === 0 ? sql`` : sql.join(joins, sql` `)}
    join visible on visible.id = file.repository_id
    join ${codeBlobs} as blob on blob.oid = file.blob_oid
    where ${all(conditions)}`
}

/** What of a line is a match: any of the terms. Undefined where there is none. */
export const lineRegex = ({ terms }: SearchQuery): string | undefined => {
  const wanted = terms.filter(({ negated }) => !negated)
  if (wanted.length === 0) return undefined
  return wanted.map(({ kind, value }) => (kind === "regex" ? `(?:${value})` : regexText(value))).join("|")
}

/** Whether the path has one of the terms. */
export const inPathOfFile = ({ caseSensitive, terms }: SearchQuery): SQL => {
  const wanted = terms.filter(({ negated }) => !negated)
  return wanted.length === 0 ? sql`false` : any(wanted.map((term) => has(path, term, caseSensitive)))
}
