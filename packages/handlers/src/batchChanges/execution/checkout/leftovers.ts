/**
 * What a step left that no tree holds.
 */
import { Git, type GitRunError } from "@drover/git"
import { Effect, FileSystem, type PlatformError } from "effect"
import type { Checkout } from "./Checkout.ts"

export interface Leftovers {
  /** Ignored files: they cannot be had again but by running the step. */
  readonly files: boolean
  /** Folders with nothing in them but such folders, at most `MOST`: whoever goes on from the diff makes them again. */
  readonly emptyFolders: ReadonlyArray<string>
}

const MOST = 1000

/** Of a checkout whose changes were all added. */
export const leftovers = Effect.fnUntraced(function* ({
  control: repository,
  root,
  withFiles: env
}: Checkout): Effect.fn.Return<Leftovers, GitRunError | PlatformError.PlatformError, Git | FileSystem.FileSystem> {
  const git = yield* Git
  const files = yield* FileSystem.FileSystem
  // folders as a whole, with a slash at the end
  const { stdout } = yield* git.run({ args: ["ls-files", "--others", "--directory", "-z"], repository, env })
  const names = Buffer.from(stdout)
    .toString()
    .split("\0")
    .filter((name) => name !== "")
  const some = { files: true, emptyFolders: [] }
  if (names.some((name) => !name.endsWith("/") || name.includes("\uFFFD"))) return some
  const emptyFolders: Array<string> = []
  const queue = names.map((name) => name.slice(0, -1))
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    const path = `${root}/${folder}`
    const inside = yield* files.readDirectory(path)
    if (inside.length === 0) emptyFolders.push(folder)
    if (emptyFolders.length > MOST) return some
    for (const name of inside) {
      const link = yield* Effect.exit(files.readLink(`${path}/${name}`))
      const { type } = yield* files
        .stat(`${path}/${name}`)
        .pipe(Effect.catchTag("PlatformError", () => Effect.succeed({ type: "Unknown" as const })))
      if (type !== "Directory" || link._tag === "Success") return some
      queue.push(`${folder}/${name}`)
    }
  }
  return { files: false, emptyFolders }
})
