import { Effect } from "effect"
import { BranchMoved, type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import { gitFailure } from "./gitFailure.ts"
import { advertisedTip } from "./readTip.ts"
import type { GitRunner, Remote } from "./RemoteGit.ts"

/** @category options */
export interface PushToRemote {
  /** Without `refs/heads/`. */
  readonly branch: string
  readonly commit: string
  /** Where the branch must be; null: nowhere. */
  readonly expected: string | null
}

/** Said where the host's branch is not where the lease says, before or while it is moved. */
const moved =
  /\(stale info\)|cannot lock ref|failed to update ref|reference already exists|\(fetch first\)|non-fast-forward/

/**
 * Moves a branch of the host from where it must be to a commit, or fails with `BranchMoved`. One that is at the commit
 * already is a success: git looks at that before it looks at the lease.
 */
export const pushBranch = Effect.fn("pushBranch")(function* (
  git: GitRunner,
  remote: Remote,
  { branch, commit, expected }: PushToRemote
): Effect.fn.Return<void, CodeHostError> {
  const where = { host: remote.host, repository: remote.repository.name }
  const ref = `refs/heads/${branch}`
  const named = yield* git.run(remote, ["check-ref-format", "--branch", branch])
  if (named.exitCode !== 0) {
    return yield* new RejectedByHost({ ...where, explanation: `no branch can be called ${JSON.stringify(branch)}` })
  }
  const known = yield* git.run(remote, ["cat-file", "-e", `${commit}^{commit}`])
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) || known.exitCode !== 0) {
    return yield* new RejectedByHost({ ...where, explanation: `there is no commit ${commit} on disk to push` })
  }
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`
  const pushed = yield* git.run(remote, ["push", "--porcelain", lease, remote.url, `${commit}:${ref}`])
  if (pushed.exitCode === 0) return
  const said = `${pushed.stdout}\n${pushed.stderr}`
  if (!moved.test(said)) return yield* gitFailure(said, where)
  const actual = yield* advertisedTip(git, remote, branch)
  if (actual === commit) return
  return yield* new BranchMoved({ ...where, branch, expected, actual })
})
