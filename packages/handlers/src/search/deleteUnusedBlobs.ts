/**
 * Deletes the blobs that no repository has any more. To be run from time to time.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { codeBlobs, codeFiles } from "../schema/codeSearch.ts"

/** @category options */
export interface DeleteUnusedBlobs {
  /** Blobs that are looked at in one transaction. Defaults to 1,000. */
  readonly batchSize?: number | undefined
}

/**
 * Goes through all blobs once, in batches, and gives how many it deleted. Waits for nobody: blobs that somebody holds
 * are about to be used, or another looks at them.
 *
 * Served by the primary key, and by `code_files_blob_idx`.
 *
 * @category operations
 */
export const deleteUnusedBlobs = Effect.fn("Search.deleteUnusedBlobs")(function* ({
  batchSize = 1000
}: DeleteUnusedBlobs = {}) {
  const { run, transaction } = yield* Database
  let deleted = 0
  let after: string | null = ""
  while (after !== null) {
    const [last] = yield* run((db) =>
      db.execute<{ oid: string | null }>(sql`
        select max(oid) as oid from (
          select oid from ${codeBlobs} where oid > ${after} order by oid limit ${batchSize}
        ) as batch`)
    )
    const until: string | null = last?.oid ?? null
    if (until !== null) deleted += yield* transaction(deleteBetween(after, until))
    after = until
  }
  return deleted
})

/**
 * Two statements, so that the second sees who has used a blob before the first held it. Once it is held nobody can: to
 * refer to a blob takes a lock on it.
 */
const deleteBetween = Effect.fnUntraced(function* (after: string, until: string) {
  const { run } = yield* Database
  const unused = sql`not exists (select from ${codeFiles} where blob_oid = blob.oid)`
  const held = yield* run((db) =>
    db.execute<{ oid: string }>(sql`
      select oid from ${codeBlobs} as blob where oid > ${after} and oid <= ${until} and ${unused}
      order by oid for update skip locked`)
  )
  if (held.length === 0) return 0
  const oids = held.map(({ oid }) => oid)
  const gone = yield* run((db) =>
    db.execute(sql`
      delete from ${codeBlobs} as blob where oid = any(${sql.param(oids)}::text[]) and ${unused} returning 1`)
  )
  return gone.length
})
