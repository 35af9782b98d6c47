/**
 * A pull request of the forge as a code host shows it. All of it is read at one moment, so that its `updatedAt` is that
 * of what is shown: everything that is, changes it. Served by `pull_requests_number_key`.
 */
import type { HostPullRequest } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { and, eq, getTableColumns, sql } from "drizzle-orm"
import { Effect } from "effect"
import { PullRequestNotFound } from "../../../pullRequests/PullRequestError.ts"
import { pullRequestLabels } from "../../../schema/labels.ts"
import { pullRequests } from "../../../schema/pullRequests.ts"
import { repositories } from "../../../schema/repositories.ts"

type Row = typeof pullRequests.$inferSelect

export interface Shown extends Row {
  readonly archivedAt: Date | null
  readonly labels: ReadonlyArray<string>
}

export const readShown = Effect.fnUntraced(function* (
  repository: { readonly id: number; readonly name: string },
  externalId: string
) {
  const { run } = yield* Database
  const number = numberOf(externalId)
  const { name, pullRequestId } = pullRequestLabels
  const [found] =
    number === undefined
      ? []
      : yield* run((db) =>
          db
            .select({
              ...getTableColumns(pullRequests),
              archivedAt: repositories.archivedAt,
              labels: sql<
                ReadonlyArray<string>
              >`array(select ${name} from ${pullRequestLabels} where ${pullRequestId} = ${pullRequests.id} order by ${name})`
            })
            .from(pullRequests)
            .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
            .where(and(eq(pullRequests.repositoryId, repository.id), eq(pullRequests.number, number)))
        )
  return found ?? (yield* new PullRequestNotFound({ pullRequestId: `${repository.name}#${externalId}` }))
})

/** The number that an external id is; undefined for what no pull request can have. Pure. */
export const numberOf = (externalId: string): number | undefined => {
  const number = /^[1-9]\d{0,9}$/.test(externalId) ? Number(externalId) : undefined
  return number !== undefined && number <= 2_147_483_647 ? number : undefined
}

/** Pure. The forge has no pages, so there is nothing to link to. */
export const toHostPullRequest = (row: Shown): HostPullRequest => ({
  externalId: String(row.number),
  url: null,
  title: row.title,
  body: row.body,
  baseRef: row.baseRef,
  headRef: row.headRef,
  baseSha: row.baseSha,
  headSha: row.headSha,
  state: row.state,
  draft: row.draft,
  mergeableState: row.mergeableState,
  // those of an earlier computation say nothing of these tips
  conflictedPaths: row.mergeableState === "unknown" ? [] : row.conflictedPaths,
  checkState: row.checkRollup,
  reviewState: row.reviewDecision,
  labels: row.labels,
  mergeCommitSha: row.mergeCommitSha,
  archived: row.archivedAt !== null,
  updatedAt: row.updatedAt
})
