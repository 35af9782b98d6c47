/**
 * Finds out from git what must change in the index to be that of a commit.
 */
import { Database } from "@drover/core"
import { diffTree, listTree, type Oid } from "@drover/git"
import { eq } from "drizzle-orm"
import { Effect, Stream } from "effect"
import { codeFiles } from "../schema/codeSearch.ts"
import { CodeIndexLimits } from "./CodeIndexLimits.ts"
import { difference, FileChoice, fromTreeChanges } from "./FileChanges.ts"

/** The whole tree against what the index has, whatever that is. Served by the primary key. */
export const wholeChanges = Effect.fnUntraced(function* (repositoryId: number, repository: string, commit: Oid) {
  const { run } = yield* Database
  const choice = new FileChoice(yield* CodeIndexLimits)
  yield* Stream.runForEachArray(listTree({ repository, commit }), (entries) =>
    Effect.sync(() => {
      for (const entry of entries) choice.add(entry)
    })
  )
  const before = yield* run((db) =>
    db
      .select({ path: codeFiles.path, oid: codeFiles.blobOid })
      .from(codeFiles)
      .where(eq(codeFiles.repositoryId, repositoryId))
  )
  const sizes = new Map(Array.from(choice.files.values(), ({ oid, size }) => [oid, size] as const))
  return {
    changes: difference(new Map(before.map(({ oid, path }) => [path, oid])), choice.files),
    sizes,
    totals: { files: choice.files.size, bytes: choice.bytes },
    incompleteReason: choice.incompleteReason
  }
})

/**
 * The difference to the commit that the index has the whole of. Undefined where that commit is not there any more (after
 * a forced push and a `git gc`), or where the difference alone does not tell.
 */
export const incrementalChanges = Effect.fnUntraced(function* (repository: string, base: Oid, head: Oid) {
  const limits = yield* CodeIndexLimits
  const changes = yield* Stream.runCollect(diffTree({ repository, base, head })).pipe(
    // what git cannot compare it can perhaps still list; if not, that fails
    Effect.catchTag(["RevisionNotFound", "GitFailed"], () => Effect.undefined)
  )
  return changes === undefined ? undefined : fromTreeChanges(changes, limits)
})
