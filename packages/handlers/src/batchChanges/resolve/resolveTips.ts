/**
 * The commits that branches are at.
 */
import { branchRef, type Git, type GitRunError, type NameRejected, type Oid, resolveBranchTips } from "@drover/git"
import { Effect } from "effect"
import type { Candidate } from "./Candidate.ts"
import type { Findings } from "./Findings.ts"

export interface Branch extends Candidate {
  readonly tip: Oid
}

/** Repositories that are asked at a time. */
const AT_ONCE = 4

/** One process of git for each repository. A branch that is not there is told of, and left out. */
export const resolveTips = Effect.fnUntraced(function* (
  candidates: ReadonlyArray<Candidate>,
  findings: Findings
): Effect.fn.Return<ReadonlyArray<Branch>, GitRunError | NameRejected, Git> {
  const possible = yield* Effect.filter(candidates, ({ branch, path }) =>
    Effect.match(branchRef(branch), {
      onSuccess: () => true,
      onFailure: ({ message }) => {
        findings.problem("branch", path, message)
        return false
      }
    })
  )
  const groups = Map.groupBy(possible, ({ repository }) => repository.path)
  const found = yield* Effect.forEach(
    groups,
    ([repository, wanted]) =>
      Effect.map(resolveBranchTips({ repository, branches: wanted.map(({ branch }) => branch) }), ({ tips }) =>
        wanted.flatMap((candidate): ReadonlyArray<Branch> => {
          const tip = tips.get(candidate.branch)
          if (tip !== undefined) return [{ ...candidate, tip }]
          tellOfMissing(candidate, findings)
          return []
        })
      ),
    { concurrency: AT_ONCE }
  )
  return found.flat()
})

const tellOfMissing = ({ branch, named, path, repository: { defaultBranch, name } }: Candidate, findings: Findings) => {
  const message =
    branch === defaultBranch
      ? `${name} has no branch ${branch}, its default branch: push to it, or name another`
      : `${name} has no branch ${branch}: check the name`
  if (named) findings.problem("branch", path, message)
  else findings.skip({ repository: name, branch, why: "no-branch", message })
}
