/**
 * Where requests to a host are let through or held back. A host sends nothing that its gate has not let through, tells
 * it what each answer says of the limits, and sends nothing a second time: so many machines can share one budget.
 */
import { Effect } from "effect"
import type { RateLimited } from "./CodeHostError.ts"

/** Hosts ration what makes content (pull requests, comments) apart from what changes or reads. @category models */
export type RequestKind = "read" | "write" | "content" | "git"

/** @category options */
export interface GatedRequest {
  /** The kind of host. */
  readonly host: string
  /** As the host names it. */
  readonly repository: string
  readonly kind: RequestKind
}

/** @category options */
export interface EnteringRequest extends GatedRequest {
  /** Which budget it will be taken from, as the host calls it, where that is known. */
  readonly resource?: string | undefined
}

/** What an answer says; null: nothing of it. @category models */
export interface SeenLimits extends GatedRequest {
  /** Which budget it was taken from, as the host calls it: `core`, `graphql`. */
  readonly resource: string | null
  /** Requests in a whole period, and left of it. */
  readonly limit: number | null
  readonly remaining: number | null
  /** When the period ends, in milliseconds from now. */
  readonly resetAfter: number | null
  /** The host wants a rest of so many milliseconds. */
  readonly retryAfter: number | null
}

/** @category models */
export interface RequestGate {
  /** Fails with when to come back. What it fails with is what the operation fails with. */
  readonly enter: (request: EnteringRequest) => Effect.Effect<void, RateLimited>
  readonly seen: (limits: SeenLimits) => Effect.Effect<void>
}

/** Lets all through, for whoever is alone. @category constructors */
export const openGate: RequestGate = { enter: () => Effect.void, seen: () => Effect.void }
