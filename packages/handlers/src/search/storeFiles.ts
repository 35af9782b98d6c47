/**
 * Writes changed files of a repository, whose blobs are stored already. Part of the transaction that holds its state.
 *
 * Served by the primary keys.
 */
import { Database } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { codeBlobs, codeFiles } from "../schema/codeSearch.ts"
import type { FileChanges } from "./FileChanges.ts"
import { BATCH } from "./storeBlobs.ts"

/** What a repository has, or what came to it. */
export interface FileTotals {
  readonly files: number
  /** Of contents, without the files that are too large. */
  readonly bytes: number
}

/** Gives by how much the repository's totals changed. */
export const storeFiles = Effect.fnUntraced(function* (repositoryId: number, { deleted, set }: FileChanges) {
  let files = 0
  let bytes = 0
  for (const paths of batches(deleted)) {
    const gone = yield* totalsOf(repositoryId, paths)
    files -= gone.files
    bytes -= gone.bytes
    yield* deleteFiles(repositoryId, paths)
  }
  for (const entries of batches([...set])) {
    const paths = entries.map(([path]) => path)
    const before = yield* totalsOf(repositoryId, paths)
    yield* upsertFiles(
      repositoryId,
      paths,
      entries.map(([, oid]) => oid)
    )
    const after = yield* totalsOf(repositoryId, paths)
    files += after.files - before.files
    bytes += after.bytes - before.bytes
  }
  return { files, bytes } satisfies FileTotals
})

const batches = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH))

const among = (repositoryId: number, paths: ReadonlyArray<string>) =>
  and(eq(codeFiles.repositoryId, repositoryId), sql`${codeFiles.path} = any(${sql.param([...paths])}::text[])`)

const totalsOf = (repositoryId: number, paths: ReadonlyArray<string>) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({
            files: sql<number>`count(*)::int`,
            bytes:
              sql`coalesce(sum(${codeBlobs.sizeBytes}) filter (where ${codeBlobs.skipped} is distinct from 'large'), 0)`.mapWith(
                Number
              )
          })
          .from(codeFiles)
          .innerJoin(codeBlobs, eq(codeBlobs.oid, codeFiles.blobOid))
          .where(among(repositoryId, paths))
      ),
      ([totals]): FileTotals => totals!
    )
  )

const deleteFiles = (repositoryId: number, paths: ReadonlyArray<string>) =>
  Database.use(({ run }) => run((db) => db.delete(codeFiles).where(among(repositoryId, paths))))

const upsertFiles = (repositoryId: number, paths: ReadonlyArray<string>, oids: ReadonlyArray<string>) =>
  Database.use(({ run }) =>
    run((db) =>
      db.execute(sql`
        insert into ${codeFiles} (repository_id, path, blob_oid)
        select ${repositoryId}::bigint, path, oid
        from unnest(${sql.param([...paths])}::text[], ${sql.param([...oids])}::text[]) as file (path, oid)
        on conflict (repository_id, path) do update set blob_oid = excluded.blob_oid`)
    )
  )

/** Leaves a repository none. Gives how many there were. */
export const deleteAllFiles = (repositoryId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db.execute<{ count: number }>(sql`
          with gone as (delete from ${codeFiles} where repository_id = ${repositoryId} returning 1)
          select count(*)::int as count from gone`)
      ),
      ([row]) => row?.count ?? 0
    )
  )
