/**
 * Reads a pull request with what is needed of its repository. Served by the primary keys.
 */
import { Database } from "@drover/core"
import { eq, getTableColumns } from "drizzle-orm"
import { Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"

/** @category models */
export type PullRequest = typeof pullRequests.$inferSelect & {
  readonly repositoryName: string
  readonly repositoryPath: string
}

export const findPullRequest = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({
            ...getTableColumns(pullRequests),
            repositoryName: repositories.name,
            repositoryPath: repositories.path
          })
          .from(pullRequests)
          .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
          .where(eq(pullRequests.id, id))
      ),
      ([row]): PullRequest | undefined => row
    )
  )
