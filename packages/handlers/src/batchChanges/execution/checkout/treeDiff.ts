/**
 * What differs between two trees: as a diff that makes the one of the other, and as paths.
 */
import { Git, type GitRunError } from "@drover/git"
import { Effect, Stream } from "effect"
import type { ChangedPaths } from "../WorkspaceResult.ts"

interface TwoTrees {
  readonly repository: string
  readonly from: string
  readonly to: string
}

/** The diff would be longer than it may. */
export class DiffTooLong {
  readonly maxBytes: number
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }
}

/**
 * Whole: binary files are in it, and a renamed file is one deleted and one added, so that it applies wherever the files
 * it names are as they were. Attributes that the trees have are not looked at.
 */
export const diffOf = Effect.fnUntraced(function* ({
  from,
  maxBytes,
  repository,
  to
}: TwoTrees & { readonly maxBytes: number }): Effect.fn.Return<Uint8Array | DiffTooLong, GitRunError, Git> {
  const git = yield* Git
  if (from === to) return new Uint8Array()
  const args = [
    "diff-tree",
    "-r",
    "-p",
    "--binary",
    "--full-index",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    from,
    to
  ] as const
  const chunks: Array<Uint8Array> = []
  let size = 0
  yield* git.stream({ args, repository }).pipe(
    Stream.takeWhile((chunk) => (size += chunk.length) <= maxBytes),
    Stream.runForEach((chunk) => Effect.sync(() => chunks.push(chunk)))
  )
  return size > maxBytes ? new DiffTooLong(maxBytes) : Buffer.concat(chunks)
})

export interface TreeChanges {
  readonly changedPaths: ChangedPaths
  /** Repositories within the repository that were not there before. */
  readonly repositories: ReadonlyArray<string>
}

/** A renamed file is there by its new path alone. */
export const changesOf = Effect.fnUntraced(function* ({
  from,
  repository,
  to
}: TwoTrees): Effect.fn.Return<TreeChanges, GitRunError, Git> {
  const git = yield* Git
  if (from === to) return parseChanges([])
  const args = ["diff-tree", "-r", "-z", "--raw", "--find-renames", from, to] as const
  const { stdout } = yield* git.run({ args, repository })
  return parseChanges(Buffer.from(stdout).toString().split("\0"))
})

const SUBMODULE = "160000"

/** `:<mode> <mode> <oid> <oid> <status>`, a path, and of a renamed file another. */
export const parseChanges = (fields: ReadonlyArray<string>): TreeChanges => {
  const paths = { modified: [], added: [], deleted: [], renamed: [] } as { [Key in keyof ChangedPaths]: Array<string> }
  const repositories: Array<string> = []
  for (let at = 0; at + 1 < fields.length;) {
    const [before = "", after = "", , , status = ""] = fields[at]!.slice(1).split(" ")
    const moved = status.startsWith("R") || status.startsWith("C")
    const path = fields[at + (moved ? 2 : 1)] ?? ""
    at += moved ? 3 : 2
    paths[moved ? "renamed" : status === "A" ? "added" : status === "D" ? "deleted" : "modified"].push(path)
    if (after === SUBMODULE && before !== SUBMODULE) repositories.push(path)
  }
  return { changedPaths: paths, repositories }
}
