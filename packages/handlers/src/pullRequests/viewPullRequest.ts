/**
 * Reads one pull request for somebody who looks at it.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git } from "@drover/git"
import { and, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { users } from "../schema/users.ts"
import { labelOf, type PullRequest, requirePullRequest } from "./findPullRequest.ts"
import { PullRequestNotFound } from "./PullRequestError.ts"
import { readPullRefs } from "./pullRefs.ts"
import { repositoryOf } from "./requireAuthorOrWriter.ts"

/** By its id, or as people name it. @category options */
export type ViewPullRequest = (
  | { readonly pullRequestId: number }
  /** `acme/billing`, 7. */
  | { readonly repository: string; readonly number: number }
) & {
  /** Needs the role `read`. */
  readonly actorId?: ActorId
}

/** Somebody, as they are shown. @category models */
export interface Person {
  readonly id: number
  readonly login: string
}

/** With what reviews and checks come to, as they were last computed. Null: Drover itself. @category models */
export interface PullRequestView extends PullRequest {
  readonly author: Person | null
  readonly mergedBy: Person | null
}

/**
 * Whoever looks asks: where nothing is known of an open or closed one it is computed, and where it merges cleanly and
 * `refs/pull/N/merge` is not there, that is made. The answer is what is known now.
 *
 * @category operations
 */
export const viewPullRequest = Effect.fn("PullRequests.view")(function* (
  options: ViewPullRequest
): Effect.fn.Return<
  PullRequestView,
  PullRequestNotFound | RepositoryUnknown | PayloadRejected | DatabaseError,
  Git | Database | JobQueue
> {
  const pull = yield* requirePullRequest("number" in options ? yield* idOf(options) : options.pullRequestId)
  yield* requireRole(options.actorId, repositoryOf(pull), "read").pipe(
    // who may read nothing may not know that it is there
    Effect.catchTag("Forbidden", () => Effect.fail(new RepositoryUnknown({ repository: pull.repositoryName })))
  )
  if (yield* lacksSomething(pull)) yield* RecomputeMergeability.enqueue({ pullRequestId: pull.id })
  const people = yield* peopleOf([pull.authorId, pull.mergedById])
  return { ...pull, author: people.get(pull.authorId ?? 0) ?? null, mergedBy: people.get(pull.mergedById ?? 0) ?? null }
})

/** Served by `pull_requests_number_key`. */
const idOf = Effect.fnUntraced(function* ({
  number,
  repository
}: {
  readonly repository: string
  readonly number: number
}) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({ id: pullRequests.id })
      .from(pullRequests)
      .innerJoin(repositories, eq(repositories.id, pullRequests.repositoryId))
      .where(and(eq(repositories.name, repository), eq(pullRequests.number, number)))
  )
  return found === undefined ? yield* new PullRequestNotFound({ pullRequestId: `${repository}#${number}` }) : found.id
})

/** A repository that cannot be read is no reason not to show what is known. */
const lacksSomething = (pull: PullRequest): Effect.Effect<boolean, never, Git> => {
  if (pull.state === "merged") return Effect.succeed(false)
  if (pull.mergeable === null) return Effect.succeed(true)
  if (!pull.mergeable) return Effect.succeed(false)
  return readPullRefs(pull).pipe(
    Effect.map(({ merge }) => merge === null),
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning("Cannot see whether a merge is published", error).pipe(
          Effect.annotateLogs({ pullRequest: labelOf(pull) })
        ),
        false
      )
    )
  )
}

/** Served by the primary key. */
export const peopleOf = Effect.fnUntraced(function* (ids: ReadonlyArray<number | null>) {
  const { run } = yield* Database
  const wanted = Array.from(new Set(ids.flatMap((id) => id ?? [])))
  const { id, login } = users
  const found =
    wanted.length === 0 ? [] : yield* run((db) => db.select({ id, login }).from(users).where(inArray(id, wanted)))
  return new Map(found.map((person): [number, Person] => [person.id, person]))
})
