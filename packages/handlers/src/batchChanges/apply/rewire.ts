/**
 * Decides what becomes of changesets when a batch spec is applied to a batch change. Pure.
 *
 * A changeset is the spec's by its branch where the batch change made it, and by its pull request where somebody else
 * did. Nobody's branch is taken from him: who wants to follow what another makes imports its pull request.
 */
import type { Fate, RewiredChangeset, RewiredSpec, RewireInput } from "./Fate.ts"
import { whyTaken } from "./whyTaken.ts"

/** One for each changeset that there is or would be. */
export const rewire = (input: RewireInput): ReadonlyArray<Fate> => {
  const { batchChangeId, changesets, specs } = input
  const byBranch = Map.groupBy(changesets, ({ headRef, repositoryId }) => `${repositoryId} ${headRef}`)
  const byPull = new Map(changesets.map((each) => [`${each.repositoryId} ${each.externalId ?? ""}`, each]))
  const taken = new Set<number>()
  const fates: Array<Fate> = []
  const take = (spec: RewiredSpec, changeset: RewiredChangeset, tag: "keep" | "reattach" | "track"): void => {
    taken.add(changeset.id)
    fates.push({ _tag: tag, spec, changeset })
  }
  const imported = new Set(
    specs.filter(isImport).map(({ externalId, repositoryId }) => `${repositoryId} ${externalId}`)
  )

  const seen = new Set<string>()
  for (const spec of specs.filter((each) => !isImport(each))) {
    const key = `${spec.repositoryId} ${spec.headRef}`
    const same = byBranch.get(key) ?? []
    const own = ownOf(same, batchChangeId)
    const others = same.filter(({ ownerId }) => ownerId === null || ownerId !== batchChangeId)
    const attached = own !== undefined && standsIn(own, batchChangeId) === "attached"
    const why =
      whyNoRepository(input, spec) ??
      (seen.has(key) ? "another changeset of the spec has this branch" : undefined) ??
      // what was let go of or put away may have been taken by another meanwhile
      (attached ? undefined : whyTaken(input, others, imported))
    seen.add(key)
    if (why !== undefined) {
      if (own !== undefined) taken.add(own.id)
      fates.push({ _tag: "refuse", spec, changeset: own ?? others[0], why })
    } else if (own === undefined) fates.push({ _tag: "create", spec })
    else take(spec, own, attached ? "keep" : "reattach")
  }

  for (const spec of specs.filter(isImport)) {
    const changeset = byPull.get(`${spec.repositoryId} ${spec.externalId}`)
    const why = whyNoRepository(input, spec)
    if (why !== undefined) fates.push({ _tag: "refuse", spec, changeset, why })
    else if (changeset === undefined) fates.push({ _tag: "import", spec })
    // one that the spec makes as well is had already
    else if (!taken.has(changeset.id)) take(spec, changeset, followed(changeset, batchChangeId))
  }

  for (const changeset of changesets) {
    if (!taken.has(changeset.id) && standsIn(changeset, batchChangeId) !== "away") {
      fates.push(dropped(changeset, batchChangeId))
    } else if (!taken.has(changeset.id) && associationOf(changeset, batchChangeId) !== undefined) {
      fates.push({ _tag: "leave", changeset })
    }
  }
  return fates
}

const isImport = ({ kind }: RewiredSpec): boolean => kind === "import"

const associationOf = ({ associations }: RewiredChangeset, batchChangeId: number | null) =>
  associations.find((each) => each.batchChangeId === batchChangeId)

/** `away`: the batch change has nothing to do with it, or is to let go of it, or to put it away, or did. */
const standsIn = (changeset: RewiredChangeset, batchChangeId: number | null): "attached" | "detached" | "away" => {
  const own = associationOf(changeset, batchChangeId)
  if (own === undefined || own.detach || own.archive || own.archived) return "away"
  return changeset.detached ? "detached" : "attached"
}

const followed = (changeset: RewiredChangeset, batchChangeId: number | null) => {
  if (associationOf(changeset, batchChangeId) === undefined) return "track"
  return standsIn(changeset, batchChangeId) === "attached" ? "keep" : "reattach"
}

/** Of several, the one that can still become what is wanted, and then the first that was made. */
const ownOf = (same: ReadonlyArray<RewiredChangeset>, batchChangeId: number | null): RewiredChangeset | undefined => {
  const own = same
    .filter(({ ownerId }) => ownerId !== null && ownerId === batchChangeId)
    .toSorted((a, b) => a.id - b.id)
  return own.find(({ external }) => external !== "merged" && external !== "deleted") ?? own[0]
}

const whyNoRepository = ({ repositories }: RewireInput, { repositoryId }: RewiredSpec): string | undefined => {
  const repository = repositories.get(repositoryId)
  if (repository === undefined || !repository.readable) return "it is in a repository that you may not read"
  return repository.deleted ? "its repository is gone: leave it out" : undefined
}

/**
 * What no spec wants any more. One that its batch change made and that has a pull request, or may have in a moment, is
 * put away and closed; where there comes to be none, it is let go of, as any other.
 */
const dropped = (changeset: RewiredChangeset, batchChangeId: number | null): Fate => {
  const { external, ownerId, processing, publication } = changeset
  if (ownerId !== batchChangeId || (publication === "unpublished" && !processing)) return { _tag: "detach", changeset }
  return { _tag: "archive", changeset, close: external === null || external === "open" || external === "draft" }
}
