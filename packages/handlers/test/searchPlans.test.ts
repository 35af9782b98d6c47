/** The indexes that serve a search and the collection of blobs, on tables that are large enough to need them. */
import { Database } from "@drover/core"
import { Git } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect, Result } from "effect"
import { createRepository } from "../src/index.ts"
import { parseQuery } from "../src/search/parseQuery.ts"
import { matchingFiles, visibleRepositories } from "../src/search/searchSql.ts"
import { forge } from "./support.ts"

const FILES = 20_000

/** Files of words made of numbers, `needle` in one of them. */
const fill = Effect.gen(function* () {
  const { run } = yield* Database
  const { id } = yield* createRepository({ name: "large/one", root: yield* (yield* Git).temporaryFolder })
  yield* run((db) =>
    db.execute(sql`
      insert into code_blobs (oid, content, size_bytes)
      select lpad(to_hex(n), 40, '0'),
        (select string_agg(md5((n * 4 + k)::text), ' ') from generate_series(1, 4) k) ||
          case when n = 4711 then ' needle' else '' end, 132
      from generate_series(1, ${FILES}) n`)
  )
  yield* run((db) =>
    db.execute(sql`
      insert into code_files (repository_id, path, blob_oid)
      select ${id}::bigint, 'src/' || md5(oid) || '.ts', oid from code_blobs`)
  )
  // what autovacuum does
  yield* run((db) => db.execute(sql`vacuum analyze code_blobs, code_files`))
})

const planOf = Effect.fnUntraced(function* (text: string) {
  const { run, transaction } = yield* Database
  const query = Result.getOrThrow(parseQuery(text))
  const rows = yield* transaction(
    Effect.gen(function* () {
      yield* run((db) => db.execute(sql`set local plan_cache_mode = force_custom_plan`))
      return yield* run((db) =>
        db.execute<{ "QUERY PLAN": string }>(
          sql`explain with visible as materialized (${visibleRepositories(query, 7)}) ${matchingFiles(query)}`
        )
      )
    })
  )
  return rows.map((row) => row["QUERY PLAN"]).join("\n")
})

layer(forge(), { timeout: "2 minutes" })("searching 20,000 files", (it) => {
  it.effect(
    "reads the indexes of content and of paths for words and regular expressions, and no whole table",
    () =>
      Effect.gen(function* () {
        yield* fill
        for (const query of [
          "needle",
          "needle case:yes",
          "/need(le|les) [0-9a-f]/",
          "needle -hay",
          "needle ab path:src"
        ]) {
          const plan = yield* planOf(query)
          assert.include(plan, "code_blobs_content_idx", query)
          assert.include(plan, "code_files_path_idx", query)
          assert.include(plan, "code_files_blob_idx", query)
          assert.notMatch(plan, /Seq Scan on code_(blobs|files)/, query)
        }
        const { run } = yield* Database
        const files = yield* run((db) =>
          db.execute<{ path: string }>(sql`select path from (
            with visible as materialized (${visibleRepositories(Result.getOrThrow(parseQuery("needle")), undefined)})
            ${matchingFiles(Result.getOrThrow(parseQuery("needle")))}) as found`)
        )
        assert.lengthOf(files, 1)
      }),
    120_000
  )
})
