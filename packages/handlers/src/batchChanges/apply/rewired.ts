/**
 * A changeset as it is once its fate is written down: what a plan is made from. Pure.
 */
import type { Association, ObservedChangeset } from "../plan/Desired.ts"
import type { UiPublication } from "../states.ts"
import type { Fate, RewiredChangeset } from "./Fate.ts"

/** Stands for a batch change that is to be made: no row has it. */
export const NEW = 0

/** Undefined for one that is refused. `ui`: what a person wants published; undefined: what was said before. */
export const rewired = (
  fate: Fate,
  batchChangeId: number,
  ui?: Exclude<UiPublication, null>
): ObservedChangeset | undefined => {
  switch (fate._tag) {
    case "create":
    case "import":
      return {
        publication: "unpublished",
        uiPublication: ui ?? null,
        external: null,
        closing: false,
        ownerId: fate._tag === "create" ? batchChangeId : null,
        associations: [fresh(batchChangeId)],
        detached: false
      }
    case "keep":
    case "reattach":
    case "track": {
      const { changeset } = fate
      return {
        ...changeset,
        closing: takesSpec(fate) ? false : changeset.closing,
        uiPublication: ui ?? changeset.uiPublication,
        associations: withOwn(changeset, fresh(batchChangeId))
      }
    }
    case "archive": {
      const { changeset, close } = fate
      return {
        ...changeset,
        closing: changeset.closing || close,
        associations: flagged(fate, batchChangeId, "archive")
      }
    }
    case "detach":
      return { ...fate.changeset, associations: flagged(fate, batchChangeId, "detach") }
    case "leave":
      return fate.changeset
    case "refuse":
      return undefined
  }
}

/**
 * Whether the changeset becomes what the spec says. One that another batch change makes is only looked on; and so is one
 * that this one makes, where the spec has only its pull request left.
 */
export const takesSpec = (fate: Extract<Fate, { readonly _tag: "keep" | "reattach" | "track" }>): boolean =>
  fate.spec.kind === "branch" || fate.changeset.ownerId === null

const fresh = (batchChangeId: number): Association => ({
  batchChangeId,
  detach: false,
  archive: false,
  archived: false
})

const withOwn = ({ associations }: RewiredChangeset, own: Association): ReadonlyArray<Association> => [
  ...associations.filter(({ batchChangeId }) => batchChangeId !== own.batchChangeId),
  own
]

const flagged = (
  { changeset }: { readonly changeset: RewiredChangeset },
  batchChangeId: number,
  flag: "archive" | "detach"
): ReadonlyArray<Association> =>
  changeset.associations.map((each) => (each.batchChangeId === batchChangeId ? { ...each, [flag]: true } : each))
