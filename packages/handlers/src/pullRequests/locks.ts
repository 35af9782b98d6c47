/**
 * Who waits for whom.
 *
 * What concerns several pull requests of a repository (a new number, a push, a
 * merge) holds the repository's row first, and only then takes the rows of pull
 * requests. What concerns one holds that one's row alone. So nobody waits in a circle.
 *
 * Branches are read while the row is held in which they are noted: of two
 * readers, the one that writes last has also looked last.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { orNotFound, type PullRequest, selectPullRequest } from "./findPullRequest.ts"

/** Gives the repository, held until the transaction ends. Others may still read it and refer to it. */
export const lockRepository = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(repositories).where(eq(repositories.id, id)).for("no key update")),
      ([row]) => row
    )
  )

/** Gives one pull request, held until the transaction ends. */
export const lockPullRequest = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => selectPullRequest(db, id).for("update", { of: pullRequests })),
      ([row]): PullRequest | undefined => row
    )
  )

/** Holds one pull request, to change it. */
export const holdPullRequest = (id: number) => Effect.flatMap(lockPullRequest(id), orNotFound(id))

/** Holds one pull request and its repository, to change others with it. */
export const holdWithRepository = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db.select({ repositoryId: pullRequests.repositoryId }).from(pullRequests).where(eq(pullRequests.id, id))
  )
  if (found !== undefined) yield* lockRepository(found.repositoryId)
  return yield* holdPullRequest(id)
})
