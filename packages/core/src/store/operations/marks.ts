/**
 * The ends of attempts: one by one, or many in one statement.
 */
import { Duration, Effect } from "effect"
import { delayAfter, type RetryPolicy } from "../../retry/RetryPolicy.ts"
import type { WorkState } from "../../table/WorkState.ts"
import type { EndedAttempt } from "../End.ts"
import { type Fence, fencesValues, fenceValues } from "../Fence.ts"
import { storable } from "../storable.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { statesOf } from "./batches.ts"
import { completeMany, endMany } from "../statements/finishMany.ts"
import { markComplete } from "../statements/markComplete.ts"
import { markErrored } from "../statements/markErrored.ts"
import { markFailed } from "../statements/markFailed.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeMarks = <Id extends Key>(
  { context, database, tracked }: StoreParts,
  retry: RetryPolicy
): Pick<WorkStore<unknown, Id>, "markComplete" | "markErrored" | "markFailed" | "markMany"> => {
  const complete = database.prepareRaw(markComplete(context))
  const errored = database.prepareRaw(markErrored(context))
  const failed = database.prepareRaw(markFailed(context))
  const allComplete = database.prepareRaw(completeMany(context))
  const anyEnd = database.prepareRaw(endMany(context))
  const restAfterFirst = Effect.map(delayAfter(retry, 1), (delay) => delay ?? Duration.zero)

  const mark = (fence: Fence<Id>, statement: typeof complete, values: Record<string, unknown> = {}) =>
    Effect.map(
      database.mark(() => statement.execute({ ...fenceValues(fence), ...values })),
      ([row]) => row?.[0] as WorkState | undefined
    )

  return {
    markComplete: tracked("markComplete", (fence) => mark(fence, complete)),
    markErrored: tracked(
      "markErrored",
      (fence, message, { after }: { readonly after?: Duration.Input | undefined } = {}) => {
        const rest = after === undefined ? restAfterFirst : Effect.sync(() => Duration.fromInputUnsafe(after))
        return Effect.flatMap(rest, (delay) =>
          mark(fence, errored, { message: storable(message), delayMillis: Duration.toMillis(delay) })
        )
      }
    ),
    markFailed: tracked("markFailed", (fence, message) => mark(fence, failed, { message: storable(message) })),
    markMany: tracked("markMany", (ended) => {
      if (ended.length === 0) return Effect.succeed([])
      const [statement, values] = ended.every(({ end }) => end._tag === "Completed")
        ? ([allComplete, fencesValues(ended.map(({ fence }) => fence))] as const)
        : ([anyEnd, valuesOf(ended)] as const)
      return Effect.map(
        database.control(() => statement.execute(values)),
        (rows) => statesOf(rows, ended.length)
      )
    })
  }
}

const valuesOf = (ended: ReadonlyArray<EndedAttempt>): Record<string, unknown> => ({
  ...fencesValues(ended.map(({ fence }) => fence)),
  endings: ended.map(({ end }) => end._tag.toLowerCase()),
  messages: ended.map(({ end }) => (end._tag === "Completed" ? null : storable(end.message))),
  rests: ended.map(({ end }) => (end._tag === "Errored" ? Duration.toMillis(end.after) : null))
})
