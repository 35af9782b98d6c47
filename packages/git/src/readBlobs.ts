/**
 * The contents of many files.
 *
 * @since 0.1.0
 */
import { Effect, Stream } from "effect"
import { Git } from "./Git.ts"
import { GitFailed, type GitRunError, ObjectNotFound } from "./GitError.ts"
import { BatchParser } from "./internal/BatchParser.ts"
import type { Oid } from "./Oid.ts"

/**
 * @category models
 * @since 0.1.0
 */
export interface Blob {
  readonly oid: string
  readonly content: Uint8Array
}

/**
 * @category options
 * @since 0.1.0
 */
export interface ReadBlobsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Each is held in memory while it is read: leave out the large ones, which `blobSizes` and `listTree` tell. */
  readonly oids: ReadonlyArray<Oid>
}

/**
 * Reads blobs in the order they were asked for, as git comes to them: as many are in memory as one read of its output
 * holds. One process, or none for no ids. Fails with `ObjectNotFound` for one that is missing.
 *
 * @category operations
 * @since 0.1.0
 */
export const readBlobs = ({
  oids,
  repository
}: ReadBlobsOptions): Stream.Stream<Blob, GitRunError | ObjectNotFound, Git> => {
  if (oids.length === 0) return Stream.empty
  const args = ["cat-file", "--batch", "--buffer"] as const
  const stdin = oids.map((oid) => `${oid}\n`).join("")
  const read = Git.use((git) =>
    Effect.sync(() => {
      const parser = new BatchParser()
      return Stream.mapEffect(
        git.stream({ args, repository, stdin }),
        (chunk): Effect.Effect<ReadonlyArray<Blob>, GitFailed | ObjectNotFound> => {
          const blobs = parser.push(chunk)
          if (parser.missing !== undefined) return Effect.fail(new ObjectNotFound({ oid: parser.missing }))
          if (parser.unreadable === undefined) return Effect.succeed(blobs)
          return Effect.fail(new GitFailed({ args, exitCode: 0, stderr: `unreadable: ${parser.unreadable}` }))
        }
      )
    })
  )
  return Stream.flattenIterable(Stream.unwrap(read))
}
