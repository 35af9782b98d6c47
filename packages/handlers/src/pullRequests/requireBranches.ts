import { branchRef, type Git, type GitError, type NameRejected, type Oid, resolveBranchTips } from "@drover/git"
import { Effect } from "effect"
import { PullRequestRejected } from "./PullRequestError.ts"

interface RequireBranches {
  readonly repositoryName: string
  readonly repositoryPath: string
  readonly base: string
  readonly head: string
}

/** The tips of two branches that a pull request may have, or the rule that they break. */
export const requireBranches = Effect.fnUntraced(function* ({
  base,
  head,
  repositoryName,
  repositoryPath
}: RequireBranches): Effect.fn.Return<{ readonly base: Oid; readonly head: Oid }, PullRequestRejected | GitError, Git> {
  for (const [field, branch] of [
    ["base", base],
    ["head", head]
  ] as const) {
    if (branch.trim() === "") return yield* new PullRequestRejected({ field, rule: "must not be empty" })
    yield* Effect.mapError(branchRef(branch), ({ reason }: NameRejected) => {
      return new PullRequestRejected({ field, rule: `cannot be ${JSON.stringify(branch)}, because ${reason}` })
    })
  }
  if (head === base)
    return yield* new PullRequestRejected({ field: "head", rule: "must be another branch than the base" })
  const { tips } = yield* resolveBranchTips({ repository: repositoryPath, branches: [base, head] })
  const tipOf = (field: "base" | "head", branch: string): Effect.Effect<Oid, PullRequestRejected> => {
    const tip = tips.get(branch)
    return tip === undefined
      ? Effect.fail(new PullRequestRejected({ field, rule: `"${branch}" is not a branch of ${repositoryName}` }))
      : Effect.succeed(tip)
  }
  return { base: yield* tipOf("base", base), head: yield* tipOf("head", head) }
})
