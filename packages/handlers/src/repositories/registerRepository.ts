/**
 * Makes the forge know a bare repository.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { branchRef, type Git, type GitError, listRefs, setDefaultBranch } from "@drover/git"
import { getTableColumns, sql } from "drizzle-orm"
import { Effect, FileSystem } from "effect"
import { resolve } from "node:path"
import { differences } from "../pushes/planMoves.ts"
import { writeRecordedRefs } from "../pushes/recordedRefs.ts"
import { repositories } from "../schema/repositories.ts"
import { ReindexCode } from "../search/ReindexCode.ts"
import type { Repository } from "./findRepository.ts"
import { installHooks } from "./installHooks.ts"
import { mirrorProtections } from "./mirrorProtections.ts"
import { RepositoryRejected, RepositoryUnwritable } from "./RepositoryError.ts"
import { brokenNameRule } from "./repositoryName.ts"

/** @category options */
export interface RegisterRepository {
  /** `owner/name`. */
  readonly name: string
  /** Of a bare repository on this host. */
  readonly path: string
  /** What its `HEAD` is set to. Defaults to `main`; where it is registered already, to what it has. */
  readonly defaultBranch?: string | undefined
  /** Defaults to `private`; where it is registered already, to what it has. */
  readonly visibility?: Repository["visibility"] | undefined
}

/** @category errors */
export type RegisterRepositoryError =
  | RepositoryRejected
  | RepositoryUnwritable
  | PayloadRejected
  | GitError
  | DatabaseError

/**
 * Registers a bare repository: gives it Drover's hooks, which go on with those that it has; notes where its refs are,
 * without telling of them, for nobody pushed; and has its code indexed. Registering a name again updates what is given,
 * above all its path, and writes the hooks again: a restart may find its repositories elsewhere.
 *
 * Fails with `RepositoryRejected`, and changes nothing, where a name, a branch or a path cannot be.
 *
 * @category operations
 */
export const registerRepository = Effect.fn("Repositories.register")(function* (
  options: RegisterRepository
): Effect.fn.Return<Repository, RegisterRepositoryError, Git | Database | JobQueue | FileSystem.FileSystem> {
  const { run, transaction } = yield* Database
  const broken = brokenNameRule(options.name)
  if (broken !== undefined) return yield* new RepositoryRejected({ field: "name", rule: broken })
  if (options.defaultBranch !== undefined) yield* checkBranch(options.defaultBranch)
  const path = resolve(options.path)
  yield* requireBare(path)
  const { defaultBranch, name, visibility } = options

  return yield* transaction(
    Effect.gen(function* () {
      const [row] = yield* run((db) =>
        db
          .insert(repositories)
          .values({ name, path, ...given({ defaultBranch, visibility }) })
          .onConflictDoUpdate({
            target: repositories.name,
            set: { path, ...given({ defaultBranch, visibility }) }
          })
          .returning({ ...getTableColumns(repositories), isNew: sql<boolean>`(xmax = 0)` })
      )
      const { isNew, ...repository } = row!
      yield* installHooks(repository)
      yield* mirrorProtections(repository)
      yield* setDefaultBranch({ repository: path, branch: repository.defaultBranch })
      if (isNew) {
        const refs = yield* listRefs({ repository: path })
        yield* writeRecordedRefs(repository.id, differences(new Map(), refs))
        yield* ReindexCode.enqueue({ repositoryId: repository.id })
      }
      return repository
    })
  ).pipe(
    Effect.catchTag("PlatformError", (cause) => Effect.fail(new RepositoryUnwritable({ path, cause }))),
    Effect.catchTag("RepositoryUnknown", Effect.die)
  )
})

const given = <A extends Readonly<Record<string, unknown>>>(values: A) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof A]?: Exclude<A[K], undefined>
  }

export const checkBranch = (branch: string) =>
  Effect.mapError(
    branchRef(branch),
    ({ reason }) =>
      new RepositoryRejected({ field: "default branch", rule: `cannot be "${branch}", because ${reason}` })
  )

const requireBare = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const isBare = yield* Effect.orElseSucceed(fileSystem.exists(`${path}/HEAD`), () => false)
  if (isBare) return
  return yield* new RepositoryRejected({
    field: "path",
    rule: `must be a bare repository, and ${path} is none: give its folder, or have Drover create one`
  })
})
