import { Effect } from "effect"
import type { CodeHost, HostRepository } from "../src/index.ts"
import { addComment, type Forge, type ForgePullRequest, type ForgeRepository } from "../src/testing/forge/index.ts"

interface On {
  readonly host: CodeHost
  readonly repository: HostRepository
  readonly forge: Forge
  readonly remote: ForgeRepository
  readonly pullRequest: (externalId: string) => ForgePullRequest
  readonly take: (commit: string) => Promise<unknown>
  readonly commit: (parent: string | null, files: Readonly<Record<string, string>>) => Effect.Effect<string>
}

/** What the contract wants of a host over a forge, by a scene of its tests. */
export const contractScene = (on: On) => {
  const { forge, pullRequest, remote } = on
  return {
    host: on.host,
    repository: on.repository,
    people: {
      commit: (branch: string, files: Readonly<Record<string, string>>) =>
        Effect.promise(() => forge.commit(remote, branch, files)),
      move: (branch: string, to: string | null) =>
        Effect.promise(() => (to === null ? forge.deleteBranch(remote, branch) : forge.move(remote, branch, to))),
      say: (externalId: string, body: string) =>
        Effect.promise(() => addComment(forge, remote, forge.addUser("bob"), pullRequest(externalId), body)),
      comments: (externalId: string) => Effect.sync(() => pullRequest(externalId).comments.map(({ body }) => body)),
      message: (commit: string) => Effect.promise(() => forge.message(remote, commit)),
      archive: Effect.sync(() => {
        remote.archived = true
      })
    },
    // on top of what may be on the host alone
    build: (parent: string, files: Readonly<Record<string, string>>) =>
      Effect.andThen(
        Effect.promise(() => on.take(parent)),
        on.commit(parent, files)
      ),
    settle: Effect.void
  }
}
