/**
 * The reviews of pull requests that were submitted, in order, with whether each reviewer has write access now. Served
 * by `pull_request_reviews_pull_idx` and the key of the members.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, asc, eq, ne, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { pullRequestReviews } from "../schema/reviews.ts"
import { repositoryMembers, users } from "../schema/users.ts"
import type { SubmittedReview } from "./reviewDecision.ts"

/** Of a repository; `which` says of which of its pull requests. */
export const selectReviews = (db: Drizzle, repositoryId: number, which: SQL) =>
  db
    .select({
      pullRequestId: pullRequestReviews.pullRequestId,
      userId: pullRequestReviews.userId,
      login: users.login,
      state: sql<SubmittedReview["state"]>`${pullRequestReviews.state}`,
      commitSha: pullRequestReviews.commitSha,
      mayWrite: sql<boolean>`coalesce(${repositoryMembers.role} in ('write', 'admin'), false)`
    })
    .from(pullRequestReviews)
    .innerJoin(users, eq(users.id, pullRequestReviews.userId))
    .leftJoin(
      repositoryMembers,
      and(eq(repositoryMembers.repositoryId, repositoryId), eq(repositoryMembers.userId, pullRequestReviews.userId))
    )
    .where(and(which, ne(pullRequestReviews.state, "pending")))
    .orderBy(asc(pullRequestReviews.submittedAt), asc(pullRequestReviews.id))

export const selectSubmitted = (db: Drizzle, { id, repositoryId }: Pick<PullRequest, "id" | "repositoryId">) =>
  selectReviews(db, repositoryId, eq(pullRequestReviews.pullRequestId, id))

export const submittedReviews = (pull: Pick<PullRequest, "id" | "repositoryId">) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => selectSubmitted(db, pull)),
      (rows): ReadonlyArray<SubmittedReview> => rows
    )
  )
