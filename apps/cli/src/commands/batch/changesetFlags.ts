/** Which changesets of a batch change are meant. */
import type { ChangesetFilter, ComputedState } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import type { ActorId } from "@drover/handlers"
import { requireRepository } from "../../actor.ts"
import { given } from "../../flags.ts"

const states = [
  "retrying",
  "failed",
  "scheduled",
  "processing",
  "unpublished",
  "draft",
  "open",
  "closed",
  "merged",
  "deleted",
  "readonly"
] as const satisfies ReadonlyArray<ComputedState>

const several = "; give it several times for several"

export const filterFlags = {
  states: Flag.Literals("state", states).pipe(
    Flag.withDescription(`Only changesets in this state${several}`),
    Flag.between(0, states.length)
  ),
  checks: Flag.Literals("checks", ["error", "failure", "pending", "success", "expected"]).pipe(
    Flag.withDescription(`Only those whose checks say this${several}`),
    Flag.between(0, 5)
  ),
  reviews: Flag.Literals("reviews", ["approved", "changes_requested", "review_required"]).pipe(
    Flag.withDescription(`Only those whose reviews say this${several}`),
    Flag.between(0, 3)
  ),
  repo: Flag.String("repo").pipe(
    Flag.withMetavar("OWNER/NAME"),
    Flag.withDescription("Only those of this repository"),
    Flag.optional
  ),
  archived: given("archived", "Those that the batch change has put away, and only those")
}

export interface FilterOptions {
  readonly states: ReadonlyArray<(typeof states)[number]>
  readonly checks: ReadonlyArray<NonNullable<ChangesetFilter["checkStates"]>[number]>
  readonly reviews: ReadonlyArray<NonNullable<ChangesetFilter["reviewStates"]>[number]>
  readonly repo: Option.Option<string>
  readonly archived: boolean
}

const some = <A>(list: ReadonlyArray<A>) => (list.length === 0 ? undefined : list)

export const filterOf = Effect.fnUntraced(function* (
  { archived, checks, repo, reviews, states: wanted }: FilterOptions,
  actorId: ActorId
) {
  const filter: ChangesetFilter = {
    states: some(wanted),
    checkStates: some(checks),
    reviewStates: some(reviews),
    repositoryId: Option.isNone(repo) ? undefined : (yield* requireRepository(repo.value, actorId)).id,
    archived
  }
  return filter
})
