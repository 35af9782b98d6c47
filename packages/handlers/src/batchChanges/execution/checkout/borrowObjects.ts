/** The environment in which git reads a repository's objects and writes new ones to a folder. A path is quoted as in C. */
export const borrowObjects = (repository: string, folder: string): Readonly<Record<string, string>> => ({
  GIT_OBJECT_DIRECTORY: folder,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: quotePath(`${repository}/objects`)
})

export const quotePath = (path: string): string => `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`
