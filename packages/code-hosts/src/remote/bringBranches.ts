import { Effect } from "effect"
import type { BroughtBranches } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import { gitFailure } from "./gitFailure.ts"
import type { GitRunner, Remote } from "./RemoteGit.ts"

/**
 * Makes the branches on disk those of the host: what is new comes, what moved moves, also backwards, and what is gone
 * goes. Commits stay, as does everything that is no branch. One that cannot be brought changes nothing.
 *
 * Git's own clean-up is left out: commits that were built here and pushed nowhere yet have no branch that holds them.
 */
export const bringBranches = Effect.fn("bringBranches")(function* (
  git: GitRunner,
  remote: Remote
): Effect.fn.Return<BroughtBranches, CodeHostError> {
  const where = { host: remote.host, repository: remote.repository.name }
  const head = yield* git.run(remote, ["ls-remote", "--symref", remote.url, "HEAD"])
  if (head.exitCode !== 0) return yield* gitFailure(head.stderr, where)
  const fetched = yield* git.run(remote, [
    "fetch",
    "--quiet",
    "--prune",
    "--atomic",
    "--no-tags",
    "--no-auto-gc",
    "--no-write-fetch-head",
    "--update-head-ok",
    remote.url,
    "+refs/heads/*:refs/heads/*"
  ])
  if (fetched.exitCode !== 0) return yield* gitFailure(fetched.stderr, where)
  return { defaultBranch: /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head.stdout)?.[1] ?? null }
})
