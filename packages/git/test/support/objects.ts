import { Effect, FileSystem } from "effect"

/** Every file of a folder, however deep, sorted. */
export const filesOf = Effect.fnUntraced(function* (folder: string) {
  const fileSystem = yield* FileSystem.FileSystem
  return (yield* fileSystem.readDirectory(folder, { recursive: true })).toSorted()
})
