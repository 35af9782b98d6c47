/**
 * Finds pushes that nobody recorded: a hook that died, a merge that crashed, a ref that was moved by hand.
 */
import { Database, DatabaseClock } from "@drover/core"
import { resolveBranchTips } from "@drover/git"
import { and, asc, eq, exists, inArray, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { recordPush } from "./recordPush.ts"

interface RecordMissedPushes {
  readonly olderThan: Duration.Duration
  readonly limit: number
}

/** Gives the ids of the pull requests whose branches had moved. A repository that cannot be read holds up no other. */
export const recordMissedPushes = Effect.fnUntraced(function* (options: RecordMissedPushes) {
  const found = yield* Effect.forEach(
    yield* takeRepositories(options),
    (repository) =>
      missedIn(repository).pipe(
        Effect.catch((error) =>
          Effect.as(
            Effect.logWarning("Cannot look for missed pushes", error).pipe(
              Effect.annotateLogs({ repository: repository.name })
            ),
            []
          )
        )
      ),
    { concurrency: 4 }
  )
  return found.flat()
})

/**
 * The repositories with open pull requests that were not looked at for longest, noted as looked at: another process
 * takes others, and one that cannot be read goes to the end. Served by `repositories_refs_checked_idx`.
 */
const takeRepositories = Effect.fnUntraced(function* ({ limit, olderThan }: RecordMissedPushes) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { id, name, path, refsCheckedAt } = repositories
  return yield* run((db) => {
    const open = db
      .select({ one: sql`1` })
      .from(pullRequests)
      .where(and(eq(pullRequests.repositoryId, id), eq(pullRequests.state, "open")))
    const due = db
      .select({ id })
      .from(repositories)
      .where(
        and(
          sql`${refsCheckedAt} <= ${clock} - ${Duration.toMillis(olderThan)}::float8 * interval '1 millisecond'`,
          exists(open)
        )
      )
      .orderBy(asc(refsCheckedAt))
      .limit(limit)
      .for("no key update", { skipLocked: true })
    return db.update(repositories).set({ refsCheckedAt: clock }).where(inArray(id, due)).returning({ id, name, path })
  })
})

const missedIn = Effect.fnUntraced(function* (repository: { readonly id: number; readonly path: string }) {
  const { run } = yield* Database
  const { baseRef, baseSha, headRef, headSha, repositoryId, state } = pullRequests
  const open = yield* run((db) =>
    db
      .select({ baseRef, baseSha, headRef, headSha })
      .from(pullRequests)
      .where(and(eq(repositoryId, repository.id), eq(state, "open")))
  )
  const recorded = open.flatMap((pull) => [
    { branch: pull.baseRef, sha: pull.baseSha },
    { branch: pull.headRef, sha: pull.headSha }
  ])
  const { tips } = yield* resolveBranchTips({
    repository: repository.path,
    branches: recorded.map(({ branch }) => branch)
  })
  const moved = recorded.filter(({ branch, sha }) => (tips.get(branch) ?? null) !== sha)
  return yield* recordPush({
    repositoryId: repository.id,
    branches: Array.from(new Set(moved.map(({ branch }) => branch)))
  })
})
