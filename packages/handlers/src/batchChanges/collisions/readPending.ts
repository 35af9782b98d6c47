/**
 * The pull requests of repositories that are open, of batch changes or of people.
 *
 * Served by `changesets_repository_idx` and `pull_requests_state_idx`.
 */
import { Database } from "@drover/core"
import { and, asc, eq, inArray, isNotNull } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { pullRequests } from "../../schema/pullRequests.ts"
import type { PendingHead } from "./Collisions.ts"

/** `own`: ids of changesets. A pull request of this forge is as the forge has it; of a host as it was seen there last. */
export const readPending = Effect.fnUntraced(function* (repositoryId: number, own: ReadonlySet<number>) {
  const { run } = yield* Database
  const followed = yield* run((db) =>
    db
      .select()
      .from(changesets)
      .where(
        and(
          eq(changesets.repositoryId, repositoryId),
          inArray(changesets.externalState, ["open", "draft"]),
          isNotNull(changesets.externalId)
        )
      )
      .orderBy(asc(changesets.id))
  )
  const pulls = yield* run((db) =>
    db
      .select()
      .from(pullRequests)
      .where(and(eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.state, "open")))
      .orderBy(asc(pullRequests.number))
  )
  const heads = new Map<string, PendingHead>()
  for (const { externalBaseRef, externalHeadSha, externalId, externalTitle, headRef, id } of followed) {
    heads.set(externalId!, {
      externalId: externalId!,
      title: externalTitle ?? "",
      headRef,
      headSha: externalHeadSha ?? "",
      baseRef: externalBaseRef ?? "",
      changesetId: id,
      own: own.has(id)
    })
  }
  for (const { baseRef, headRef, headSha, number, title } of pulls) {
    const externalId = String(number)
    const { changesetId = null, own: isOwn = false } = heads.get(externalId) ?? {}
    heads.set(externalId, { externalId, title, headRef, headSha: headSha ?? "", baseRef, changesetId, own: isOwn })
  }
  return [...heads.values()]
})
