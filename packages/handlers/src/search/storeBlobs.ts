/**
 * Makes the blobs table have these blobs, for good: none of them is deleted before the caller's transaction ends.
 *
 * They are taken in the order of their ids, in all that is done to them: two who store the same blobs wait for each
 * other, and never in a circle. `deleteUnusedBlobs` waits for nobody.
 */
import { Database } from "@drover/core"
import { blobSizes, type Oid, readBlobs } from "@drover/git"
import { asc, sql } from "drizzle-orm"
import { Effect, Stream } from "effect"
import { codeBlobs } from "../schema/codeSearch.ts"
import { CodeIndexLimits } from "./CodeIndexLimits.ts"
import { BlobBatches } from "./BlobBatches.ts"
import { insertBlobs } from "./insertBlobs.ts"

/** Blobs that are looked up, and files that are changed, in one statement. */
export const BATCH = 2000

interface StoreBlobs {
  readonly repository: string
  readonly oids: Iterable<Oid>
  /** Those that are known already. */
  readonly sizes: ReadonlyMap<Oid, number>
}

/** Gives how many were read from git. Served by the primary key. */
export const storeBlobs = Effect.fnUntraced(function* ({ oids, repository, sizes }: StoreBlobs) {
  let read = 0
  const sorted = Array.from(new Set(oids)).toSorted()
  for (let at = 0; at < sorted.length; at += BATCH) {
    const batch = sorted.slice(at, at + BATCH)
    let missing = yield* withoutHeld(batch)
    while (missing.length > 0) {
      yield* copyBlobs(repository, missing, sizes)
      read += missing.length
      // one that somebody else stored meanwhile is held now; one that was deleted since is stored again
      missing = yield* withoutHeld(missing)
    }
  }
  return read
})

/** Holds those that there are, so that they stay; gives the others. */
const withoutHeld = Effect.fnUntraced(function* (oids: ReadonlyArray<Oid>) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({ oid: codeBlobs.oid })
      .from(codeBlobs)
      .where(sql`${codeBlobs.oid} = any(${sql.param([...oids])}::text[])`)
      .orderBy(asc(codeBlobs.oid))
      .for("key share")
  )
  const held = new Set(rows.map(({ oid }) => oid))
  return oids.filter((oid) => !held.has(oid))
})

/** Reads blobs and inserts them, in their order. While Postgres takes some, git is asked for the next. */
const copyBlobs = Effect.fnUntraced(function* (
  repository: string,
  oids: ReadonlyArray<Oid>,
  known: ReadonlyMap<Oid, number>
) {
  const { fileBytes } = yield* CodeIndexLimits
  const asked = yield* blobSizes({ repository, oids: oids.filter((oid) => !known.has(oid)) })
  const sizeOf = (oid: Oid) => known.get(oid) ?? asked.get(oid) ?? 0
  const small = oids.filter((oid) => sizeOf(oid) <= fileBytes)
  const batches = new BlobBatches(oids.map((oid) => ({ oid, sizeBytes: sizeOf(oid) })))
  yield* readBlobs({ repository, oids: small }).pipe(
    Stream.mapArray((blobs) => [batches.add(blobs)] as const),
    Stream.concat(Stream.suspend(() => Stream.succeed(batches.rest()))),
    Stream.filter((rows) => rows.length > 0),
    Stream.buffer({ capacity: 1 }),
    Stream.runForEach(insertBlobs)
  )
})
