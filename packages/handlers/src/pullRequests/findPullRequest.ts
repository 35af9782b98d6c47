/**
 * Reads a pull request with what is needed of its repository. Served by the primary keys.
 */
import { Database, type Drizzle } from "@drover/core"
import { eq, getTableColumns } from "drizzle-orm"
import { Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { PullRequestNotFound } from "./PullRequestError.ts"

/** @category models */
export type PullRequest = typeof pullRequests.$inferSelect & {
  readonly repositoryName: string
  readonly repositoryPath: string
}

/** Gives undefined when there is none. @category operations */
export const findPullRequest = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => selectPullRequest(db, id)),
      ([row]): PullRequest | undefined => row
    )
  )

export const requirePullRequest = (id: number) => Effect.flatMap(findPullRequest(id), orNotFound(id))

export const orNotFound =
  (id: number) =>
  (pull: PullRequest | undefined): Effect.Effect<PullRequest, PullRequestNotFound> =>
    pull === undefined ? Effect.fail(new PullRequestNotFound({ pullRequestId: id })) : Effect.succeed(pull)

export const selectPullRequest = (db: Drizzle, id: number) =>
  db
    .select({
      ...getTableColumns(pullRequests),
      repositoryName: repositories.name,
      repositoryPath: repositories.path
    })
    .from(pullRequests)
    .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
    .where(eq(pullRequests.id, id))

/** As people name it. */
export const labelOf = ({ number, repositoryName }: PullRequest): string => `${repositoryName}#${number}`
