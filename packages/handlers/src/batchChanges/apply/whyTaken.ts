/**
 * Why a branch cannot be made by a batch change that has no changeset of it. Pure.
 */
import type { RewiredChangeset, RewireInput } from "./Fate.ts"

/**
 * Undefined: it can. `others` have the branch; `imported` are the pull requests that the spec follows. What was put
 * away, merged or let go of stands in nobody's way, unless its pull request is still open: a second one for the branch
 * there cannot be.
 */
export const whyTaken = (
  { batchChangeId, owners }: Pick<RewireInput, "batchChangeId" | "owners">,
  others: ReadonlyArray<RewiredChangeset>,
  imported: ReadonlySet<string>
): string | undefined => {
  for (const { associations, external, externalId, ownerId, repositoryId } of others) {
    const name = (id: number) => owners?.get(id) ?? String(id)
    const elsewhere = associations.find(
      (each) => each.batchChangeId !== batchChangeId && !each.detach && !each.archived
    )
    if (elsewhere !== undefined && ownerId !== null) {
      return `the batch change "${name(ownerId)}" makes this branch: choose another branch, or import its pull request`
    }
    const pull = externalId === null ? "a pull request" : `pull request ${externalId}`
    if (elsewhere !== undefined || (externalId !== null && imported.has(`${repositoryId} ${externalId}`))) {
      return `this branch has ${pull}, which was made elsewhere and is imported: choose another branch`
    }
    if (external === "open" || external === "draft") {
      return `this branch has ${pull}, which is still open: close it, choose another branch, or import it`
    }
  }
  return undefined
}
