import { Effect } from "effect"
import { type CodeHostError, HostUnavailable } from "../CodeHostError.ts"
import { gitFailure } from "./gitFailure.ts"
import type { GitRunner, Remote } from "./RemoteGit.ts"

/**
 * Where a branch of the host is, or null; its commit is in the repository on disk afterwards.
 *
 * A branch that moves while it is fetched is looked at once more.
 */
export const readTip = Effect.fn("readTip")(function* (
  git: GitRunner,
  remote: Remote,
  branch: string
): Effect.fn.Return<string | null, CodeHostError> {
  const where = { host: remote.host, repository: remote.repository.name }
  for (const last of [false, true]) {
    const tip = yield* advertisedTip(git, remote, branch)
    if (tip === null) return null
    const known = yield* git.run(remote, ["cat-file", "-e", `${tip}^{commit}`])
    if (known.exitCode === 0) return tip
    // by its id: the branch may be elsewhere by now
    const fetched = yield* git.run(remote, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote.url, tip])
    if (fetched.exitCode === 0) return tip
    if (last || !/not our ref|unadvertised object/.test(fetched.stderr)) return yield* gitFailure(fetched.stderr, where)
  }
  return yield* new HostUnavailable({ ...where, explanation: `${branch} moves all the time` })
})

/** Where the host says that the branch is. */
export const advertisedTip = Effect.fnUntraced(function* (
  git: GitRunner,
  remote: Remote,
  branch: string
): Effect.fn.Return<string | null, CodeHostError> {
  const ref = `refs/heads/${branch}`
  const listed = yield* git.run(remote, ["ls-remote", "--refs", remote.url, ref])
  if (listed.exitCode !== 0) {
    return yield* gitFailure(listed.stderr, { host: remote.host, repository: remote.repository.name })
  }
  // the pattern also finds refs that end with the name
  const line = listed.stdout.split("\n").find((one) => one.endsWith(`\t${ref}`))
  return line?.slice(0, line.indexOf("\t")) ?? null
})
