/**
 * How an attempt ended, as a store writes it down.
 */
import type { Duration } from "effect"
import type { Fence } from "./Fence.ts"
import type { Key } from "../table/Key.ts"

/**
 * `Completed`: the work is done. `Errored`: it failed, and is tried again `after` a rest while attempts are left.
 * `Failed`: no other attempt is to be made.
 *
 * @category models
 */
export type End =
  | { readonly _tag: "Completed" }
  | { readonly _tag: "Errored"; readonly message: string; readonly after: Duration.Duration }
  | { readonly _tag: "Failed"; readonly message: string }

/**
 * Back to the queue `after` a time, with nothing counted.
 *
 * @category models
 */
export interface Requeued {
  readonly _tag: "Requeued"
  readonly after: Duration.Duration | undefined
}

/** Whose end it is. @category models */
export interface EndedAttempt<Id = Key> {
  readonly fence: Fence<Id>
  readonly end: End
}
