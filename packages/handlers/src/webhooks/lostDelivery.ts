/**
 * What becomes of a delivery that is pending. Pure.
 */

/** Jobs that are asked for after the first; whoever lost as many would lose the next too. */
export const MOST_LOST = 3

/** `Wait`: its job is there. `AskAgain`: it ended without a word. `GiveUp`: so did too many. */
export type LostDelivery =
  | { readonly _tag: "Wait" }
  | { readonly _tag: "AskAgain" }
  | { readonly _tag: "GiveUp"; readonly reason: string }

export const lostDelivery = (found: { readonly hasJob: boolean; readonly jobsLost: number }): LostDelivery => {
  if (found.hasJob) return { _tag: "Wait" }
  if (found.jobsLost < MOST_LOST) return { _tag: "AskAgain" }
  return {
    _tag: "GiveUp",
    reason: `Its job ended ${found.jobsLost + 1} times without a word on how it went: look for deliver_webhook among the failed jobs, and redeliver`
  }
}
