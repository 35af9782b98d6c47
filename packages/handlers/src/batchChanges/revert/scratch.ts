/**
 * A git folder to try things in: it has a repository's objects, and keeps what is written to itself.
 */
import { Git, resolveBranchTips } from "@drover/git"
import { Effect, FileSystem } from "effect"
import { makeGitFolder } from "../execution/checkout/gitFolder.ts"
import { diffOf, DiffTooLong } from "../execution/checkout/treeDiff.ts"

interface Scratch {
  /** Path of the bare repository. */
  readonly repository: string
  readonly branch: string
  readonly commit: string
}

/** Gives its path; it goes away with the scope. */
export const makeScratch = Effect.fnUntraced(function* ({ branch, commit, repository }: Scratch) {
  const git = yield* Git
  const folder = yield* git.temporaryFolder
  yield* makeGitFolder({ folder, objects: [`${repository}/objects`], branch, commit, sparse: undefined, bare: true })
  return folder
})

/** What fits into a batch spec with all that is written around it. */
export const DIFF_BYTES = 4 * 1024 * 1024

interface TextDiff {
  readonly folder: string
  readonly from: string
  readonly to: string
}

/**
 * A diff that text can hold, as the file of a batch spec is: where the lines of a file are not UTF-8, files are in it as
 * git has binary ones.
 */
export const textDiffOf = Effect.fnUntraced(function* ({ folder, from, to }: TextDiff) {
  const options = { repository: folder, from, to, maxBytes: DIFF_BYTES }
  const diff = yield* diffOf(options)
  if (diff instanceof DiffTooLong) return diff
  const text = Buffer.from(diff).toString()
  if (Buffer.from(text).equals(Buffer.from(diff))) return text
  const files = yield* FileSystem.FileSystem
  yield* files.writeFileString(`${folder}/info/attributes`, "* -diff\n")
  const binary = yield* diffOf(options)
  return binary instanceof DiffTooLong ? binary : Buffer.from(binary).toString()
})

/** Null: there is no such branch. */
export const tipOf = (repository: string, branch: string) =>
  resolveBranchTips({ repository, branches: [branch] }).pipe(
    Effect.map(({ tips }) => tips.get(branch) ?? null),
    Effect.catchTag("NameRejected", () => Effect.succeed(null))
  )
