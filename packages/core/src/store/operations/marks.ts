/**
 * The three ends of an attempt.
 */
import { Duration, Effect } from "effect"
import { delayAfter, type RetryPolicy } from "../../retry/RetryPolicy.ts"
import type { WorkState } from "../../table/WorkState.ts"
import { type Fence, fenceValues } from "../Fence.ts"
import { storable } from "../storable.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { markComplete } from "../statements/markComplete.ts"
import { markErrored } from "../statements/markErrored.ts"
import { markFailed } from "../statements/markFailed.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeMarks = <Id extends Key>(
  { context, database, tracked }: StoreParts,
  retry: RetryPolicy
): Pick<WorkStore<unknown, Id>, "markComplete" | "markErrored" | "markFailed"> => {
  const complete = markComplete(context).prepare("markComplete")
  const errored = markErrored(context).prepare("markErrored")
  const failed = markFailed(context).prepare("markFailed")
  const restAfterFirst = Effect.map(delayAfter(retry, 1), (delay) => delay ?? Duration.zero)

  const mark = (
    fence: Fence<Id>,
    execute: (values: Record<string, unknown>) => PromiseLike<ReadonlyArray<{ readonly state: unknown }>>
  ) =>
    Effect.map(
      database.mark(() => execute(fenceValues(fence))),
      ([row]) => row?.state as WorkState | undefined
    )

  return {
    markComplete: tracked("markComplete", (fence) => mark(fence, (values) => complete.execute(values))),
    markErrored: tracked(
      "markErrored",
      (fence, message, { after }: { readonly after?: Duration.Input | undefined } = {}) => {
        const rest = after === undefined ? restAfterFirst : Effect.sync(() => Duration.fromInputUnsafe(after))
        return Effect.flatMap(rest, (delay) =>
          mark(fence, (values) =>
            errored.execute({ ...values, message: storable(message), delayMillis: Duration.toMillis(delay) })
          )
        )
      }
    ),
    markFailed: tracked("markFailed", (fence, message) =>
      mark(fence, (values) => failed.execute({ ...values, message: storable(message) }))
    )
  }
}
