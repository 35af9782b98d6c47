/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import { Git } from "./Git.ts"
import type { GitRunError, NameRejected } from "./GitError.ts"
import { readRefs } from "./internal/readRefs.ts"
import type { Oid } from "./Oid.ts"
import { branchRef } from "./RefName.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ResolveBranchTipsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Branch names without `refs/heads/`. */
  readonly branches: ReadonlyArray<string>
}

/**
 * Where branches stand.
 *
 * @category models
 * @since 0.1.0
 */
export interface BranchTips {
  /** The tip of every branch that exists, by name. */
  readonly tips: ReadonlyMap<string, Oid>
  /** The names that no branch has, in the order they were asked for. */
  readonly missing: ReadonlyArray<string>
}

/**
 * Reads the tips of many branches at one moment, in one process. A missing branch is an answer, not a failure.
 *
 * Fails with `NameRejected`, and asks git nothing, when a name is one that no branch can have.
 *
 * @category operations
 * @since 0.1.0
 */
export const resolveBranchTips = Effect.fn("Git.resolveBranchTips")(function* (
  options: ResolveBranchTipsOptions
): Effect.fn.Return<BranchTips, NameRejected | GitRunError, Git> {
  const branches = Array.from(new Set(options.branches))
  const refs = yield* Effect.forEach(branches, branchRef)
  const found = yield* readRefs(options.repository, refs)

  const tips = new Map<string, Oid>()
  const missing: Array<string> = []
  branches.forEach((branch, index) => {
    const tip = found.get(refs[index] ?? "")
    if (tip === undefined) missing.push(branch)
    else tips.set(branch, tip)
  })
  return { tips, missing }
})
