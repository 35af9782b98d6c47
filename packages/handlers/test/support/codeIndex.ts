/** A repository of the forge, and what the code search index has of it. */
import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { codeBlobs, codeFiles, registerRepository, repositories } from "../../src/index.ts"
import { ask, type Commit, push, repositoryOf } from "./history.ts"

let count = 0

export interface CodeRepositoryOptions {
  readonly name?: string
  readonly visibility?: "public" | "private"
}

export const codeRepository = Effect.fnUntraced(function* (
  commits: ReadonlyArray<Commit>,
  { name = `code/${count++}`, visibility = "public" }: CodeRepositoryOptions = {}
) {
  const { path } = yield* repositoryOf(...commits)
  const { id } = yield* registerRepository({ name, path })
  yield* alterRepository(id, { visibility })
  return {
    id,
    name,
    path,
    push: (...more: ReadonlyArray<Commit>) => push(path, ...more),
    tip: ask(path, "rev-parse", "refs/heads/main"),
    ask: (...args: readonly [string, ...ReadonlyArray<string>]) => ask(path, ...args)
  }
})

export const alterRepository = (id: number, change: Partial<typeof repositories.$inferInsert>) =>
  Database.use(({ run }) => run((db) => db.update(repositories).set(change).where(eq(repositories.id, id))))

/** Contents by path; of a file that is found by path alone, why. */
export const indexedFiles = (repositoryId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({ path: codeFiles.path, content: codeBlobs.content, skipped: codeBlobs.skipped })
          .from(codeFiles)
          .innerJoin(codeBlobs, eq(codeBlobs.oid, codeFiles.blobOid))
          .where(eq(codeFiles.repositoryId, repositoryId))
          .orderBy(asc(codeFiles.path))
      ),
      (rows) => Object.fromEntries(rows.map(({ content, path, skipped }) => [path, content ?? `(${skipped})`]))
    )
  )
