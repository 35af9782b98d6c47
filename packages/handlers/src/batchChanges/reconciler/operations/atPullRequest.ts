/**
 * What the operations on a pull request that is there share.
 */
import { Effect } from "effect"
import { hostRepository } from "../../host/CodeHosts.ts"
import type { HostPullRequest } from "@drover/code-hosts"
import type { Operation } from "../../plan/Operation.ts"
import { saveSeen, seenOf } from "../../changesets/saveSeen.ts"
import { ChangesetIncomplete } from "../ReconcileError.ts"
import type { Changed, Run } from "../Run.ts"

/** Where the pull request is. Fails with `ChangesetIncomplete` where none is known. */
export const atPullRequest = Effect.fnUntraced(function* (run: Run, operation: Operation) {
  const { changeset, externalId, repository } = run
  if (externalId === null) {
    return yield* new ChangesetIncomplete({ changesetId: changeset.id, operation, missing: "pull request" })
  }
  return { repository: hostRepository(repository), externalId }
})

/** Keeps what the host answered. */
export const keep = Effect.fnUntraced(function* ({ changeset, owner }: Run, pullRequest: HostPullRequest) {
  yield* saveSeen({ changesetId: changeset.id, pullRequest, actorId: owner?.lastApplierId })
  return { externalId: pullRequest.externalId, external: seenOf(pullRequest).externalState } satisfies Changed
})
