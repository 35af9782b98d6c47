/**
 * Inserts blobs in one statement. One that somebody else inserts at the moment is waited for, and then left as it is:
 * its content is the same.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { codeBlobs } from "../schema/codeSearch.ts"
import type { NewBlob } from "./BlobBatches.ts"

export const insertBlobs = (rows: ReadonlyArray<NewBlob>) =>
  Database.use(({ run }) => {
    const column = <Name extends keyof NewBlob>(name: Name) => rows.map((row) => row[name])
    return run((db) =>
      db.execute(sql`
        insert into ${codeBlobs} (oid, content, skipped, size_bytes)
        select * from unnest(
          ${sql.param(column("oid"))}::text[],
          ${sql.param(column("content"))}::text[],
          ${sql.param(column("skipped"))}::text[],
          ${sql.param(column("sizeBytes"))}::bigint[]
        )
        on conflict do nothing`)
    )
  })
