/**
 * Where Drover left the branch of a changeset, or was about to when it was stopped. Served by
 * `changeset_steps_changeset_idx`.
 */
import { Database } from "@drover/core"
import { and, desc, eq } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { changesetSteps } from "../../schema/changesets.ts"
import type { Left } from "./decidePush.ts"
import type { PushChangeset } from "./Push.ts"
import { PushIntent } from "./PushIntent.ts"

/** Pushes of one changeset that were begun and that nobody knows the end of; there is one, where something crashed. */
const INTENTS = 20

/** The newest first. Also a push that failed is in it: its answer may have been lost, and not the push. */
export const readLeft = Effect.fnUntraced(function* ({
  builtSha,
  id,
  pushedSha
}: PushChangeset<never, never>["changeset"]) {
  const { run } = yield* Database
  const steps = yield* run((db) =>
    db
      .select({ intent: changesetSteps.intent })
      .from(changesetSteps)
      .where(and(eq(changesetSteps.changesetId, id), eq(changesetSteps.operation, "push")))
      .orderBy(desc(changesetSteps.id))
      .limit(INTENTS)
  )
  const intents = steps.flatMap(({ intent }) => (isIntent(intent) ? [intent] : []))
  return leftOf(intents, { builtSha, pushedSha })
})

const isIntent = Schema.is(PushIntent)

/** Each once, as it was put there last. Of a commit on top of people's, that of the spec alone is Drover's too. Pure. */
export const leftOf = (
  intents: ReadonlyArray<PushIntent>,
  { builtSha, pushedSha }: Omit<PushChangeset<never, never>["changeset"], "id">
): ReadonlyArray<Left> => {
  const known = builtSha === null ? [] : [{ commit: pushedSha ?? builtSha, built: builtSha }]
  const places = [...intents.map(({ built, commit }) => ({ commit, built })), ...known]
  const all = [...places, ...places.map(({ built }) => ({ commit: built, built }))]
  return all.filter(({ commit }, index) => all.findIndex((other) => other.commit === commit) === index)
}
