/**
 * Writes a repository's protections where its hook reads them. The database has the truth: this is to be called when it
 * changes, and is called before every push over HTTP and by the sweep.
 */
import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect, FileSystem } from "effect"
import type { PushRules } from "../pushes/refusal.ts"
import { holding } from "../pushes/recordPush.ts"
import { branchProtections } from "../schema/protections.ts"
import { keepFile } from "./files.ts"

/** The caller's transaction, if any, has the change. Served by `branch_protections_pattern_key`. @category operations */
export const mirrorProtections = Effect.fn("Repositories.mirrorProtections")(function* (repository: {
  readonly id: number
  readonly path: string
}) {
  const fileSystem = yield* FileSystem.FileSystem
  const file = `${repository.path}/drover/protections.json`
  const rendered = Effect.map(readRules(repository.id), (rules) => (rules.length === 0 ? "" : JSON.stringify(rules)))
  const found = yield* Effect.orElseSucceed(fileSystem.readFileString(file), () => "")
  if (found === (yield* rendered)) return
  // of two who write, the later one has also read later
  yield* holding(repository.id, () => Effect.flatMap(rendered, (content) => keepFile(file, content, 0o644)))
})

const readRules = (repositoryId: number) =>
  Database.use(({ run }) => {
    const { allowDeletions, allowForcePushes, id, pattern, requirePullRequest } = branchProtections
    return Effect.map(
      run((db) =>
        db
          .select({ id, pattern, requirePullRequest, allowForcePushes, allowDeletions })
          .from(branchProtections)
          .where(eq(branchProtections.repositoryId, repositoryId))
          .orderBy(asc(id))
      ),
      (rows): ReadonlyArray<PushRules> => rows
    )
  })
