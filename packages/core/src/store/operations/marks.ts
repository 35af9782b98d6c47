/**
 * The three ends of an attempt.
 */
import { Duration, Effect } from "effect"
import type { WorkState } from "../../table/WorkState.ts"
import { type Fence, fenceValues } from "../Fence.ts"
import { storable } from "../storable.ts"
import type { Key, StoreParts } from "../StoreParts.ts"
import { markComplete } from "../statements/markComplete.ts"
import { markErrored } from "../statements/markErrored.ts"
import { markFailed } from "../statements/markFailed.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeMarks = <Id extends Key>({
  context,
  database,
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, "markComplete" | "markErrored" | "markFailed"> => {
  const complete = markComplete(context).prepare("markComplete")
  const errored = markErrored(context).prepare("markErrored")
  const failed = markFailed(context).prepare("markFailed")
  const restAfterFailure = Duration.toMillis(context.retries.firstDelay)

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
        const delayMillis = after === undefined ? restAfterFailure : Duration.toMillis(Duration.fromInputUnsafe(after))
        return mark(fence, (values) => errored.execute({ ...values, message: storable(message), delayMillis }))
      }
    ),
    markFailed: tracked("markFailed", (fence, message) =>
      mark(fence, (values) => failed.execute({ ...values, message: storable(message) }))
    )
  }
}
