import { Effect } from "effect"
import type { CodeHost } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostRepository } from "../HostPullRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import { bringBranches } from "./bringBranches.ts"
import { pushBranch } from "./pushBranch.ts"
import { readTip } from "./readTip.ts"
import type { GitCredential, GitRunner, Remote } from "./RemoteGit.ts"

/** @category options */
export interface RemoteBranchesOptions {
  /** The kind of host. */
  readonly host: string
  /** Where git is: `https://gitea.example.com`. */
  readonly gitUrl: string
  readonly gate: RequestGate
  readonly credential: Effect.Effect<GitCredential, CodeHostError>
}

/** @category models */
export interface RemoteBranches extends Required<Pick<CodeHost, "tip" | "push" | "bringBranches">> {
  /** What else is asked of git on the host passes the gate as they do. */
  readonly withRemote: <A>(
    repository: HostRepository,
    use: (remote: Remote) => Effect.Effect<A, CodeHostError>
  ) => Effect.Effect<A, CodeHostError>
}

/** The branches of a host, by git over HTTP and through the gate. @category constructors */
export const remoteBranches = (
  git: GitRunner,
  { credential, gate, gitUrl, host }: RemoteBranchesOptions
): RemoteBranches => {
  const withRemote: RemoteBranches["withRemote"] = (repository, use) =>
    Effect.gen(function* () {
      const given = yield* credential
      yield* gate.enter({ host, repository: repository.name, kind: "git" })
      return yield* use({ host, repository, url: `${gitUrl}/${repository.name}.git`, credential: given })
    })
  return {
    withRemote,
    tip: ({ branch, repository }) => withRemote(repository, (remote) => readTip(git, remote, branch)),
    bringBranches: (repository) => withRemote(repository, (remote) => bringBranches(git, remote)),
    push: ({ repository, ...asked }) => withRemote(repository, (remote) => pushBranch(git, remote, asked))
  }
}
