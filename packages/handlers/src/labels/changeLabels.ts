/**
 * Gives a pull request labels, and takes them away: the rows and the events that tell of it are one commit. A merged or
 * closed one can be labelled as well.
 *
 * Served by the primary keys.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { changedAt } from "../pullRequests/changedAt.ts"
import { requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { holdPullRequest } from "../pullRequests/locks.ts"
import { pullRequestLabels } from "../schema/labels.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { LabelRejected } from "./LabelRejected.ts"
import { labelsOf } from "./listLabels.ts"
import { brokenRule, planLabels, tooMany } from "./planLabels.ts"

/** @category options */
export interface ChangeLabels {
  readonly pullRequestId: number
  /** Each one line of 1 to 100 characters. Those that it has, in whatever case, stay as they are. */
  readonly add?: ReadonlyArray<string> | undefined
  /** Those that it has not are passed over. */
  readonly remove?: ReadonlyArray<string> | undefined
  /** Needs the role `write`. */
  readonly actorId?: ActorId
}

/** Gives its labels after, in the order of the alphabet. @category operations */
export const changeLabels = Effect.fn("Labels.change")(function* ({
  actorId,
  add = [],
  pullRequestId,
  remove = []
}: ChangeLabels) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  for (const label of add) {
    const rule = brokenRule(label)
    if (rule !== undefined) return yield* new LabelRejected({ label, rule })
  }
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      yield* requireRole(actorId, repositoryOf(pull), "write")
      const present = yield* labelsOf(pullRequestId)
      const { added, removed } = planLabels(present, { add, remove })
      if (added.length + removed.length === 0) return present
      const rule = tooMany(present.length + added.length - removed.length)
      if (rule !== undefined) return yield* new LabelRejected({ label: added.at(-1) ?? "", rule })
      if (removed.length > 0) {
        const { name, pullRequestId: pullKey } = pullRequestLabels
        yield* run((db) =>
          db.delete(pullRequestLabels).where(and(eq(pullKey, pullRequestId), inArray(name, [...removed])))
        )
      }
      if (added.length > 0) {
        yield* run((db) => db.insert(pullRequestLabels).values(added.map((name) => ({ pullRequestId, name }))))
      }
      yield* run((db) =>
        db
          .update(pullRequests)
          .set({ updatedAt: changedAt(clock) })
          .where(eq(pullRequests.id, pullRequestId))
      )
      const changed = yield* requirePullRequest(pullRequestId)
      const tell = (action: "labeled" | "unlabeled") => (name: string) =>
        recordPullRequestEvent(changed, { event: "pull_request", action, actorId, body: { label: { name } } })
      yield* Effect.forEach(removed, tell("unlabeled"), { discard: true })
      yield* Effect.forEach(added, tell("labeled"), { discard: true })
      return yield* labelsOf(pullRequestId)
    })
  )
})
