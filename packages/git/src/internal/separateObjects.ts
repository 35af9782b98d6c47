import { Effect } from "effect"
import { Git } from "../Git.ts"

/**
 * The environment in which git reads a repository's objects and writes new ones to a temporary
 * folder, which goes away with the scope.
 */
export const separateObjects = Effect.fnUntraced(function* (repository: string) {
  const git = yield* Git
  const folder = yield* git.temporaryFolder
  return {
    GIT_OBJECT_DIRECTORY: folder,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate(`${repository}/objects`)
  }
})

/** A folder of objects to read as well. A list is separated by colons, unless an entry is quoted as in C. */
export const alternate = (folder: string): string => `"${folder.replaceAll(/["\\]/g, "\\$&")}"`
