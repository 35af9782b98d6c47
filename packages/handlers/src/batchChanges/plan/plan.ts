/**
 * Decides what is to be done to a changeset. Pure: a preview and the reconciler ask the same function.
 *
 * What was asked for last comes first: to let go of a changeset, to put it away, to close it. Only one that is
 * neither is brought to what its spec says.
 */
import { delta } from "./delta.ts"
import { type DesiredChange, type HostAbilities, type ObservedChangeset, wanted } from "./Desired.ts"
import { inOrder, type Step } from "./Operation.ts"

export interface PlanInput {
  /** The spec that the changeset was brought to last. */
  readonly previous?: DesiredChange | undefined
  /** Other specs that were begun since, and not reached: parts of them may be there. `"unknown"`: nobody has it any more. */
  readonly begun?: ReadonlyArray<DesiredChange | "unknown"> | undefined
  /** The spec that it is to be brought to; undefined for one that is imported. */
  readonly current?: DesiredChange | undefined
  readonly changeset: ObservedChangeset
  readonly abilities: HostAbilities
}

/** @category models */
export interface Plan {
  /** In the order in which they are done. Empty: all is as it should be, or as it must stay. */
  readonly steps: ReadonlyArray<Step>
  /** What somebody who expected more should know. */
  readonly notes: ReadonlyArray<string>
  /**
   * Once the steps are done, the changeset is what its current spec says. False where something else comes first, or
   * stands in the way: what differs from the previous spec is still to be done, some day.
   */
  readonly reaches: boolean
}

export const plan = ({ abilities, begun = [], changeset, current, previous }: PlanInput): Plan => {
  const steps: Array<Step> = []
  const notes: Array<string> = []
  const done = (reaches = true): Plan => ({ steps: inOrder(steps), notes, reaches })
  const { associations, external, ownerId, publication } = changeset
  const owner = associations.find(({ batchChangeId }) => batchChangeId === ownerId)
  const attached = associations.some(({ detach }) => !detach)

  if (associations.some(({ detach }) => detach))
    steps.push({ operation: "detach", why: "a batch change lets go of it" })
  if (owner?.archive === true && !owner.archived) {
    steps.push(
      publication === "published"
        ? { operation: "archive", why: "its batch change no longer makes it" }
        : { operation: "detach", why: "its batch change no longer makes it, and it was never published" }
    )
  }
  if (changeset.detached && attached) steps.push({ operation: "reattach", why: "a batch change has it again" })
  if (changeset.closing) {
    if (external === "readonly") notes.push("its repository is archived: it cannot be closed")
    else steps.push({ operation: "close", why: "it was asked to be closed" })
    return done(false)
  }
  // what no batch change makes any more stays as it is, whoever else looks on
  const made = owner !== undefined && !owner.detach && !owner.archive && !owner.archived
  if (ownerId !== null && !made) return done(false)

  if (current === undefined) {
    if (publication === "unpublished" && attached && ownerId === null)
      steps.push({ operation: "import", why: "it was made elsewhere" })
    return done()
  }

  const wish = wanted(current, changeset.uiPublication)
  if (publication === "unpublished") {
    if (wish === "published") publishing(steps, "publish")
    else if (wish === "draft" && abilities.drafts) publishing(steps, "publishDraft")
    else if (wish === "draft") notes.push("its host has no drafts: it stays unpublished")
    return done()
  }

  const immovable = external === null ? undefined : standing[external]
  if (immovable !== undefined) {
    notes.push(immovable)
    return done(false)
  }
  if (external === "closed" && made) {
    if (abilities.reopen) steps.push({ operation: "reopen", why: "it is closed, and its batch change wants it" })
    else notes.push("it is closed, and its host cannot reopen it")
  }
  const { described, pushed, undraft } = delta(
    previous === undefined ? begun : [previous, ...begun],
    current,
    changeset.uiPublication
  )
  if (abilities.drafts && (undraft || (wish === "published" && external === "draft"))) {
    steps.push({ operation: "undraft", why: "it is no longer meant to be a draft" })
  }
  if (pushed.length > 0) steps.push({ operation: "push", why: `changed: ${pushed.join(", ")}` })
  if (described.length > 0) steps.push({ operation: "update", why: `changed: ${described.join(", ")}` })
  else if (pushed.length > 0) {
    steps.push({ operation: "wait", why: "the host needs a moment to see the push" })
    steps.push({ operation: "sync", why: "to see what the host makes of the push" })
  }
  return done()
}

const publishing = (steps: Array<Step>, operation: "publish" | "publishDraft"): void => {
  const why = operation === "publish" ? "it is to be published" : "it is to be published as a draft"
  steps.push({ operation: "push", why }, { operation, why })
}

/** States in which a pull request stays as it is. */
const standing: Partial<Record<NonNullable<ObservedChangeset["external"]>, string>> = {
  merged: "it is merged: what changes now needs a new one",
  deleted: "it is gone from its host",
  readonly: "its repository is archived"
}
