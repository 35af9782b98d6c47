/**
 * What a worker needs of a store to write the ends of attempts.
 */
import { Effect } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { delayAfter, type RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Claim } from "../store/Claim.ts"
import type { End, Requeued } from "../store/End.ts"
import type { Fence } from "../store/Fence.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import type { WorkState } from "../table/WorkState.ts"
import type { Ending } from "./Ending.ts"

export type AttemptStore<Id extends Key> = Pick<
  WorkStore<unknown, Id>,
  "markComplete" | "markErrored" | "markFailed" | "markMany" | "name" | "release" | "requeue" | "stalledMaxAge"
>

/** An end as it is written. */
export type WrittenEnd = End | Requeued

/** What to write for an ending. */
export const writtenEnd = Effect.fnUntraced(function* <Record, Id extends Key>(
  policy: RetryPolicy,
  claim: Claim<Record, Id>,
  ending: Exclude<Ending, { readonly _tag: "Lost" }>
): Effect.fn.Return<WrittenEnd> {
  switch (ending._tag) {
    case "Completed":
    case "Failed":
      return ending
    case "Snoozed":
      return { _tag: "Requeued", after: ending.for }
    case "Released":
      return { _tag: "Requeued", after: undefined }
    case "Errored": {
      const after = ending.after ?? (yield* delayAfter(policy, claim.numFailures + 1))
      // a schedule that has ended leaves no other attempt
      return after === undefined
        ? { _tag: "Failed", message: ending.message }
        : { _tag: "Errored", message: ending.message, after }
    }
  }
})

/** Writes one end. Waits for a record that somebody has locked; undefined when the attempt is not the current one. */
export const markOne = <Id extends Key>(
  store: AttemptStore<Id>,
  fence: Fence<Id>,
  end: WrittenEnd
): Effect.Effect<WorkState | undefined, DatabaseError> => {
  switch (end._tag) {
    case "Completed":
      return store.markComplete(fence)
    case "Errored":
      return store.markErrored(fence, end.message, { after: end.after })
    case "Failed":
      return store.markFailed(fence, end.message)
    case "Requeued":
      return Effect.map(store.requeue(fence, end.after === undefined ? {} : { after: end.after }), (did) =>
        did ? "queued" : undefined
      )
  }
}
