/**
 * Reads the pull requests of a repository, the newest first, a page at a time.
 *
 * Served by `pull_requests_state_idx`, or `pull_requests_number_key` for all states, which both have them in this order;
 * and where a branch is named by `pull_requests_base_idx` or `pull_requests_head_idx`.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, desc, eq, getTableColumns, lt } from "drizzle-orm"
import { Effect } from "effect"
import { RepositoryUnknown } from "../access/AccessError.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import { peopleOf, type PullRequestView } from "./viewPullRequest.ts"

/** @category options */
export interface ListPullRequests {
  readonly repositoryId: number
  /** Defaults to `open`. */
  readonly state?: "open" | "closed" | "merged" | "all" | undefined
  /** Branch names without `refs/heads/`. */
  readonly base?: string | undefined
  readonly head?: string | undefined
  /** The id of a user. */
  readonly authorId?: number | undefined
  /** From 1 to 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** Only those with a smaller number: the `next` of the page before. Defaults to the first page. */
  readonly before?: number | undefined
  /** Needs the role `read`. */
  readonly actorId?: ActorId
}

/** @category models */
export interface PullRequestPage {
  readonly pullRequests: ReadonlyArray<PullRequestView>
  /** What to ask for the next page with; null on the last one. */
  readonly next: number | null
}

/** Nothing is computed because of it. @category operations */
export const listPullRequests = Effect.fn("PullRequests.list")(function* (options: ListPullRequests) {
  const { run } = yield* Database
  const { actorId, repositoryId } = options
  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  if (repository === undefined) return yield* new RepositoryUnknown({ repository: repositoryId })
  yield* requireRole(actorId, repository, "read")
  const limit = Math.min(100, Math.max(1, options.limit ?? 30))
  const rows = yield* run((db) => selectPage(db, { ...options, limit: limit + 1 }))
  const shown = rows.slice(0, limit)
  const people = yield* peopleOf(shown.flatMap(({ authorId, mergedById }) => [authorId, mergedById]))
  const page: PullRequestPage = {
    pullRequests: shown.map((pull) => ({
      ...pull,
      repositoryName: repository.name,
      repositoryPath: repository.path,
      author: people.get(pull.authorId ?? 0) ?? null,
      mergedBy: people.get(pull.mergedById ?? 0) ?? null
    })),
    next: rows.length > limit ? (shown.at(-1)?.number ?? null) : null
  }
  return page
})

export const selectPage = (
  db: Drizzle,
  { authorId, base, before, head, limit = 30, repositoryId, state = "open" }: ListPullRequests
) =>
  db
    .select(getTableColumns(pullRequests))
    .from(pullRequests)
    .where(
      and(
        eq(pullRequests.repositoryId, repositoryId),
        state === "all" ? undefined : eq(pullRequests.state, state),
        base === undefined ? undefined : eq(pullRequests.baseRef, base),
        head === undefined ? undefined : eq(pullRequests.headRef, head),
        authorId === undefined ? undefined : eq(pullRequests.authorId, authorId),
        before === undefined ? undefined : lt(pullRequests.number, before)
      )
    )
    .orderBy(desc(pullRequests.number))
    .limit(limit)
