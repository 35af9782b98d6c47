/**
 * Which bulk operations a changeset can be part of, and why not the others. Pure.
 */
import type { Abilities } from "@drover/code-hosts"
import type { WorkState } from "@drover/core"
import type { ExternalState, PublishedValue } from "../states.ts"
import type { BulkOperation, BulkOperationType } from "./BulkOperation.ts"

/** What there is to know of a changeset. @category models */
export interface OfferFacts {
  readonly reconciler: WorkState | "scheduled"
  readonly external: ExternalState
  /** Its batch change, the one that is asked, has put it away. */
  readonly archived: boolean
  /** That batch change is closed. */
  readonly closed: boolean
  /** It was asked to be closed, and is not yet. */
  readonly closing: boolean
  /** What its spec wants published; undefined: it has none, it was imported. */
  readonly published: PublishedValue | undefined
  readonly abilities: Abilities
}

/** Undefined: it is offered. Else why it is not, as the end of "Changeset 12 …". @category models */
export type Offers = Readonly<Record<BulkOperationType, string | undefined>>

/** What a pull request must be for a comment or a label: anything that a person can still open. */
const open = ["open", "draft"] as const
const shown = [...open, "merged", "closed"] as const

export const offered = (facts: OfferFacts): Offers => {
  const { abilities, archived, external, published, reconciler } = facts
  const is = (...states: ReadonlyArray<ExternalState>) =>
    states.includes(external) ? undefined : `is ${external ?? "not published"}`
  const can = (able: boolean, what: string) => (able ? undefined : `is on a host that ${what}`)
  const failed = reconciler === "failed" || reconciler === "canceled"
  const kept = archived ? "is archived in this batch change" : undefined
  const over = whyOver(facts)
  const writable = external === "readonly" ? "is in an archived repository" : undefined
  return {
    comment: writable ?? is(...shown),
    detach: writable ?? (archived ? undefined : "is not archived in this batch change"),
    reenqueue: writable ?? kept ?? over ?? (failed ? undefined : "has not failed"),
    merge: writable ?? kept ?? (failed ? "has failed: see why, and reenqueue it" : is("open")),
    close: writable ?? kept ?? is(...open),
    reopen: writable ?? kept ?? can(abilities.reopen, "cannot reopen pull requests") ?? is("closed"),
    publish: writable ?? kept ?? over ?? whyNotPublish(published),
    draft:
      writable ??
      kept ??
      can(abilities.redraft, "cannot make a pull request a draft again") ??
      (published === true ? PUBLISHED_BY_SPEC : is("open")),
    // whether it is there, and still read-only, is what is asked
    sync: external === null ? "is not published" : undefined,
    label: writable ?? can(abilities.labels, "has no labels") ?? is(...shown)
  }
}

const PUBLISHED_BY_SPEC = "has a published value set in its changesetTemplate"

/** A batch change that is closed proposes nothing more; what is to be closed with it may be tried again. */
export const whyOver = ({ closed, closing }: Pick<OfferFacts, "closed" | "closing">): string | undefined =>
  closed && !closing ? "is of a batch change that is closed: reopen that first" : undefined

/** People publish what its spec leaves to them. */
const whyNotPublish = (published: OfferFacts["published"]): string | undefined =>
  published === undefined ? "was imported" : published === null ? undefined : PUBLISHED_BY_SPEC

/** Undefined: an operation with this payload can be done. */
export const refusal = (operation: BulkOperation, facts: OfferFacts): string | undefined => {
  const why = offered(facts)[operation.type]
  if (why !== undefined) return why
  const { drafts, mergeMethods } = facts.abilities
  if (operation.type === "merge" && !mergeMethods.includes(operation.method)) {
    return `is on a host that cannot merge by ${operation.method}`
  }
  return operation.type === "publish" && operation.draft && !drafts ? "is on a host that has no drafts" : undefined
}
