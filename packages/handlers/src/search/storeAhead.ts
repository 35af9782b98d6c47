/**
 * Stores the contents of a repository that was never indexed before its index changes: on several connections at once,
 * since Postgres takes texts apart into trigrams on one core a connection, and that is nearly all of the work.
 *
 * Contents that no repository refers to yet harm nobody. `deleteUnusedBlobs` may take them away again; the indexing
 * looks what there is, and stores the rest.
 */
import { Database } from "@drover/core"
import { type Oid, resolveBranchTips } from "@drover/git"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { codeIndexState } from "../schema/codeSearch.ts"
import { repositories } from "../schema/repositories.ts"
import { storeBlobs } from "./storeBlobs.ts"
import { wholeChanges } from "./treeChanges.ts"

/** Connections at once. */
const LANES = 4
/** With fewer contents than this there is nothing to gain. */
const MANY = 200

/** Gives how many were read from git. Where there is nothing to store ahead, none. */
export const storeAhead = Effect.fnUntraced(function* (repositoryId: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({ branch: repositories.defaultBranch, path: repositories.path, commitSha: codeIndexState.commitSha })
      .from(repositories)
      .leftJoin(codeIndexState, eq(codeIndexState.repositoryId, repositories.id))
      .where(eq(repositories.id, repositoryId))
  )
  if (found === undefined || found.commitSha !== null) return 0
  const { tips } = yield* resolveBranchTips({ repository: found.path, branches: [found.branch] })
  const tip = tips.get(found.branch)
  if (tip === undefined) return 0
  const { changes, sizes } = yield* wholeChanges(repositoryId, found.path, tip)
  const oids = Array.from(new Set(changes.set.values())).toSorted()
  if (oids.length < MANY) return 0
  const read = yield* Effect.forEach(
    lanes(oids),
    // each of its statements is a commit of its own: lanes of two who store the same wait, and never in a circle
    (lane) => storeBlobs({ repository: found.path, oids: lane, sizes }),
    { concurrency: "unbounded" }
  )
  return read.reduce((sum, each) => sum + each, 0)
})

/** In turn, so that each has as much to do. */
const lanes = (oids: ReadonlyArray<Oid>): ReadonlyArray<ReadonlyArray<Oid>> =>
  Array.from({ length: LANES }, (_, lane) => oids.filter((_oid, index) => index % LANES === lane))
