/**
 * What is known of one host's limits for one credential. Times are milliseconds since 1970, by the database's clock.
 */

/** Points that were let through before a moment, and not long before: `[end of the slot, points]`, oldest first. */
export type Counted = ReadonlyArray<readonly [end: number, points: number]>

/** @category models */
export interface Spent {
  readonly counted: Counted
  /** When the last one that was sent away for this limit was told to come back. */
  readonly promised: number
}

/** By the host's own count. @category models */
export interface Resource {
  readonly remaining: number
  readonly resetAt: number
}

/** @category models */
export interface BudgetState {
  readonly at: number
  readonly restUntil: number | null
  /** By the host's name for it; `""` where it gives none. */
  readonly resources: Readonly<Record<string, Resource>>
  /** By the limit's name. */
  readonly spent: Readonly<Record<string, Spent>>
}

/** Of a host that was never asked. */
export const unspent = (now: number): BudgetState => ({ at: now, restUntil: null, resources: {}, spent: {} })
