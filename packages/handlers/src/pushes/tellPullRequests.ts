/**
 * Tells the pull requests of branches that these moved: their tips, an event where the head is another, and a job for
 * each. Part of the transaction that holds the repository.
 *
 * A base that moves changes what its reviews come to where code owners count: whose files a head changed, and whose
 * they are, is read from the base.
 *
 * Served by `pull_requests_head_idx` and `pull_requests_base_idx`.
 */
import { Database } from "@drover/core"
import { resolveBranchTips } from "@drover/git"
import { and, eq, inArray, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { askForMergeability } from "../mergeability/askForMergeability.ts"
import { protectionsOf } from "../protection/findProtection.ts"
import { pickProtection } from "../protection/matchPattern.ts"
import { requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { recordTips } from "./recordTips.ts"
import { branchOf, type MadeMove } from "./RefMove.ts"

interface TellPullRequests {
  readonly repositoryId: number
  readonly repositoryPath: string
  readonly moves: ReadonlyArray<MadeMove>
  /** Branches whose pull requests are looked at, moved or not. */
  readonly branches: ReadonlyArray<string>
}

/** Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base. */
export const tellPullRequests = Effect.fnUntraced(function* (told: TellPullRequests) {
  const { moves, repositoryPath } = told
  const affected = yield* holdAffected(told)
  if (affected.length === 0) return []
  const { tips } = yield* resolveBranchTips({
    repository: repositoryPath,
    branches: affected.flatMap(({ baseRef, headRef }) => [baseRef, headRef])
  })
  const headsMoved = yield* recordTips(
    affected.map(({ baseRef, headRef, id }) => ({
      id,
      base: tips.get(baseRef) ?? null,
      head: tips.get(headRef) ?? null
    }))
  )
  for (const move of moves) {
    const branch = branchOf(move.ref)
    const heads = affected.filter(({ headRef, state }) => state === "open" && headRef === branch)
    yield* Effect.forEach(heads, ({ id }) => synchronize(id, move), { discard: true })
  }
  const moved = new Set(moves.flatMap(({ ref }) => branchOf(ref) ?? []))
  const owned = yield* withCodeOwners(told.repositoryId, moved)
  const reviewed = affected.filter(
    ({ baseRef, headRef, id }) => moved.has(headRef) || owned.has(baseRef) || headsMoved.has(id)
  )
  yield* askForMergeability(told.repositoryId, affected, branchesOf(told))
  yield* RecomputeReviewDecision.enqueueAll(reviewed.map(({ id }) => ({ pullRequestId: id })))
  return affected.map(({ id }) => id)
})

/** Those of the branches whose protection asks for reviews of code owners. */
const withCodeOwners = Effect.fnUntraced(function* (repositoryId: number, branches: ReadonlySet<string>) {
  if (branches.size === 0) return branches
  const protections = yield* protectionsOf(repositoryId)
  return new Set([...branches].filter((branch) => pickProtection(protections, branch)?.requireCodeOwners === true))
})

const branchesOf = ({ branches, moves }: TellPullRequests): ReadonlyArray<string> => [
  ...branches,
  ...moves.flatMap(({ ref }) => branchOf(ref) ?? [])
]

const holdAffected = Effect.fnUntraced(function* (told: TellPullRequests) {
  const { run } = yield* Database
  const names = [...branchesOf(told)]
  if (names.length === 0) return []
  const { baseRef, headRef, id, state } = pullRequests
  const among = (column: typeof baseRef | typeof headRef) => inArray(column, names)
  return yield* run((db) =>
    db
      .select({ id, baseRef, headRef, state })
      .from(pullRequests)
      .where(
        and(
          eq(pullRequests.repositoryId, told.repositoryId),
          sql`${state} <> 'merged'`,
          or(among(headRef), among(baseRef))
        )
      )
      .orderBy(id)
      .for("update")
  )
})

/** A head that is gone has nothing to look at: `delete` has told of it. */
const synchronize = Effect.fnUntraced(function* (id: number, { actorId, after, before }: MadeMove) {
  if (after === null) return
  const pull = yield* Effect.catchTag(requirePullRequest(id), "PullRequestNotFound", Effect.die)
  yield* recordPullRequestEvent(pull, {
    event: "pull_request",
    action: "synchronize",
    actorId,
    body: { before: before ?? "0".repeat(after.length), after }
  })
})
