/**
 * The lines of some blobs that match, taken apart by the matches. By the same regular expressions as chose the files, so
 * that both agree. Served by the primary key.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { codeBlobs } from "../schema/codeSearch.ts"
import { LINE_LENGTH, type LineMatch, type LineParts, toLineMatch } from "./lineMatch.ts"
import { flags } from "./rankFiles.ts"
import type { SearchQuery } from "./SearchQuery.ts"
import { lineRegex } from "./searchSql.ts"

/** Lines that are shown of a file. */
const LINES = 10
/** Characters of a piece that are read: more than are shown. */
const PIECE = LINE_LENGTH + 50

interface LineRow extends Record<string, unknown>, LineParts {
  readonly oid: string
  readonly count: number
  readonly whole: string
  /** Whether there is one more piece between than there are matches: not where a match is empty. */
  readonly aligned: boolean
}

/** Gives none for a blob in which no line matches. */
export const readLines = Effect.fnUntraced(function* (query: SearchQuery, oids: ReadonlyArray<string>) {
  const { run } = yield* Database
  const found = new Map<string, { count: number; lines: Array<LineMatch> }>()
  const regex = lineRegex(query)
  if (regex === undefined || oids.length === 0) return found
  const rows = yield* run((db) =>
    db.execute<LineRow>(sql`
      select
        blob.oid, line.count, line.number::int as number, left(line.text, ${PIECE}) as whole,
        right(pieces.between[1], ${PIECE}) as before, length(pieces.between[1]) > ${PIECE} as "beforeCut",
        cardinality(pieces.between) = cardinality(pieces.matches) + 1 as aligned,
        array(select left(piece, ${PIECE}) from unnest(pieces.matches[1:${LINE_LENGTH}]) piece) as matches,
        array(select left(piece, ${PIECE}) from unnest(pieces.between[2:${LINE_LENGTH + 1}]) piece) as between
      from ${codeBlobs} as blob
      cross join lateral (
        select number, text, count(*) over ()::int as count
        from unnest(string_to_array(replace(blob.content, e'\\r\\n', e'\\n'), e'\\n')) with ordinality as line (text, number)
        where exists (select from regexp_matches(text, ${regex}, ${flags(query).replace("g", "")}))
        order by number limit ${LINES}
      ) as line
      cross join lateral (
        select
          regexp_split_to_array(line.text, ${regex}, ${flags(query).replace("g", "")}) as between,
          array(select match[1] from regexp_matches(line.text, ${`(${regex})`}, ${flags(query)}) match) as matches
      ) as pieces
      where blob.oid = any(${sql.param([...oids])}::text[])
      order by blob.oid, line.number`)
  )
  for (const row of rows) {
    const file = found.get(row.oid) ?? { count: row.count, lines: [] }
    found.set(row.oid, file)
    const { number, whole } = row
    const parts = row.aligned ? row : { number, before: whole, beforeCut: false, matches: [], between: [] }
    file.lines.push(toLineMatch(parts))
  }
  return found
})
