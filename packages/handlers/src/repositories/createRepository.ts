/**
 * Makes a bare repository, and has the forge know it.
 */
import { initBare } from "@drover/git"
import { Effect, FileSystem } from "effect"
import { findRepository } from "./findRepository.ts"
import { checkBranch, type RegisterRepository, registerRepository } from "./registerRepository.ts"
import { RepositoryRejected, RepositoryUnwritable } from "./RepositoryError.ts"
import { brokenNameRule } from "./repositoryName.ts"

/** @category options */
export interface CreateRepository extends Omit<RegisterRepository, "path"> {
  /** The folder that holds repositories: `acme/billing` goes to `acme/billing.git` in it. */
  readonly root: string
}

/**
 * Makes an empty bare repository under the root, and registers it. Fails with `RepositoryRejected`, and makes nothing,
 * where the name is taken, in the forge or on the disk.
 *
 * @category operations
 */
export const createRepository = Effect.fn("Repositories.create")(function* ({ root, ...options }: CreateRepository) {
  const fileSystem = yield* FileSystem.FileSystem
  const { defaultBranch, name } = options
  const broken = brokenNameRule(name)
  if (broken !== undefined) return yield* new RepositoryRejected({ field: "name", rule: broken })
  if (defaultBranch !== undefined) yield* checkBranch(defaultBranch)
  if ((yield* findRepository(name)) !== undefined) {
    return yield* new RepositoryRejected({ field: "name", rule: `cannot be "${name}": there is one already` })
  }
  const path = `${root}/${name}.git`
  const unwritable = Effect.mapError((cause) => new RepositoryUnwritable({ path, cause }))
  if (yield* unwritable(fileSystem.exists(path))) {
    return yield* new RepositoryRejected({
      field: "path",
      rule: `${path} is there already: register it, or choose another name`
    })
  }
  yield* initBare({ path, defaultBranch })
  return yield* registerRepository({ ...options, path })
})
