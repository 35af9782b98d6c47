/**
 * How large objects are, without reading them.
 *
 * @since 0.1.0
 */
import { Effect, Stream } from "effect"
import { Git } from "./Git.ts"
import { type GitRunError, ObjectNotFound } from "./GitError.ts"
import { NEWLINE, records } from "./internal/records.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface BlobSizesOptions {
  /** Path of the bare repository. */
  readonly repository: string
  readonly oids: ReadonlyArray<Oid>
}

/**
 * The sizes in bytes, by id. One process, or none for no ids. Fails with `ObjectNotFound` for the first that is missing.
 *
 * @category operations
 * @since 0.1.0
 */
export const blobSizes = Effect.fn("Git.blobSizes")(function* ({
  oids,
  repository
}: BlobSizesOptions): Effect.fn.Return<ReadonlyMap<Oid, number>, GitRunError | ObjectNotFound, Git> {
  const git = yield* Git
  const sizes = new Map<Oid, number>()
  if (oids.length === 0) return sizes
  const args = ["cat-file", "--buffer", "--batch-check=%(objectsize)"] as const
  let index = 0
  yield* git.stream({ args, repository, stdin: oids.map((oid) => `${oid}\n`).join("") }).pipe(
    records(NEWLINE),
    Stream.runForEach((answer) => {
      const oid = oids[index++]
      if (oid === undefined || !/^\d+$/.test(answer)) return Effect.fail(new ObjectNotFound({ oid: oid ?? answer }))
      sizes.set(oid, Number(answer))
      return Effect.void
    })
  )
  return sizes
})
