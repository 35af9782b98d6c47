/**
 * Diffs that a spec brings, checked against the branches that they are made for.
 */
import { applyDiff, Git, type GitError, PatchRejected, readCommit } from "@drover/git"
import { Effect, type FileSystem, type PlatformError } from "effect"
import { makeGitFolder } from "../execution/checkout/gitFolder.ts"
import { changesOf, diffOf, DiffTooLong } from "../execution/checkout/treeDiff.ts"
import type { BatchSpec } from "../spec/BatchSpec.ts"
import type { Path } from "../spec/Found.ts"
import type { Candidate } from "./Candidate.ts"
import type { Findings } from "./Findings.ts"
import { noSuchRepository } from "./findCandidates.ts"
import type { ResolvedWorkspace } from "./ResolvedSpec.ts"
import { type Branch, resolveTips } from "./resolveTips.ts"
import { isOpen, type Visible } from "./Visible.ts"

type Diff = NonNullable<BatchSpec["diffs"]>[number]

/** Processes of git at a time, for one repository each. */
const AT_ONCE = 4
const DIFF_BYTES = 32 * 1024 * 1024

/** What is kept is not the text of the spec: the same change, as git writes it. */
export const resolveDiffs = Effect.fnUntraced(function* (
  { diffs = [] }: BatchSpec,
  visible: Visible,
  findings: Findings
): Effect.fn.Return<
  ReadonlyArray<ResolvedWorkspace>,
  GitError | PlatformError.PlatformError,
  Git | FileSystem.FileSystem
> {
  const seen = new Set<string>()
  const candidates = diffs.flatMap((diff, index): ReadonlyArray<Candidate & { readonly text: string }> => {
    const path: Path = ["diffs", index]
    const repository = visible.byName.get(diff.repository)
    if (repository === undefined) {
      findings.problem("repository", [...path, "repository"], noSuchRepository(diff.repository))
      return []
    }
    const branch = diff.branch ?? repository.defaultBranch
    const key = `${repository.id} ${branch}`
    if (seen.has(key)) {
      findings.problem("diff", path, `there is another for ${branch} of ${repository.name}: make them one`)
      return []
    }
    seen.add(key)
    if (!isOpen(repository, findings)) return []
    return [{ repository, branch, searchResultPaths: [], named: true, path, text: textOf(diff) }]
  })
  const textAt = new Map(candidates.map(({ path, text }) => [path, text]))
  const branches = yield* resolveTips(
    candidates.map((candidate) => ({ ...candidate })),
    findings
  )
  const resolved = yield* Effect.forEach(
    branches,
    (branch) => resolveDiff(branch, textAt.get(branch.path) ?? "", findings),
    {
      concurrency: AT_ONCE
    }
  )
  return resolved.filter((one) => one !== undefined)
})

/** Git wants a newline at the end, which is easily lost in YAML. */
const textOf = ({ diff }: Diff): string => (diff.endsWith("\n") ? diff : `${diff}\n`)

const resolveDiff = Effect.fnUntraced(function* (
  { branch, path, repository, tip }: Branch,
  text: string,
  findings: Findings
) {
  const git = yield* Git
  // what is written goes there, and away with it
  const folder = yield* git.temporaryFolder
  const objects = [`${repository.path}/objects`]
  yield* makeGitFolder({ folder, objects, branch, commit: tip, sparse: undefined, bare: true })
  const reject = (message: string) => {
    findings.problem("diff", [...path, "diff"], message)
    return undefined
  }
  const to = yield* applyDiff({ repository: folder, commit: tip, diff: Buffer.from(text) }).pipe(
    Effect.catchTag("PatchRejected", (error) => Effect.succeed(error))
  )
  if (to instanceof PatchRejected) {
    const { explanation } = to
    return reject(`it does not apply to ${branch} of ${repository.name}: ${explanation}. Make it anew from the branch`)
  }
  const { tree: from } = yield* readCommit({ repository: folder, commit: tip })
  if (from === to) return reject(`it changes nothing on ${branch} of ${repository.name}: leave it out`)
  const diff = yield* diffOf({ repository: folder, from, to, maxBytes: DIFF_BYTES })
  if (diff instanceof DiffTooLong) return reject(`it is longer than ${diff.maxBytes} bytes: change less`)
  const { changedPaths } = yield* changesOf({ repository: folder, from, to })
  return {
    repositoryId: repository.id,
    repository: repository.name,
    branch,
    baseSha: tip,
    path: "",
    onlyFetchWorkspace: false,
    searchResultPaths: [],
    ready: { diff, result: { steps: [], outputs: {}, changedPaths } }
  } satisfies ResolvedWorkspace
}, Effect.scoped)
