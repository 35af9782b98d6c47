/** Files that Drover keeps in a repository. */
import { Effect, FileSystem } from "effect"

/** Writes a file in one step, unless it is as it should be. */
export const keepFile = Effect.fnUntraced(function* (path: string, content: string, mode: number) {
  const fileSystem = yield* FileSystem.FileSystem
  const found = yield* Effect.orElseSucceed(fileSystem.readFileString(path), () => undefined)
  if (found === content) return
  const written = `${path}.${process.pid}.${counter++}`
  yield* fileSystem.writeFileString(written, content, { mode })
  yield* fileSystem.rename(written, path)
})

let counter = 0
