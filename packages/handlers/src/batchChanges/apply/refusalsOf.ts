/** Which changesets stand in the way of a batch spec, and why. Pure. */
import type { Refusal } from "./ApplyError.ts"
import type { Decided } from "./decide.ts"
import type { World } from "./World.ts"

/** A repository that the actor may not read is not named. */
export const refusalsOf = ({ repositories }: World, { decisions }: Decided): ReadonlyArray<Refusal> =>
  decisions.flatMap(({ fate, repositoryId, spec }): ReadonlyArray<Refusal> => {
    if (fate._tag !== "refuse") return []
    const repository = repositories.get(repositoryId)
    const branch = spec?.kind === "import" ? `#${spec.externalId}` : (spec?.headRef ?? "")
    return [
      repository?.readable === true
        ? { repository: repository.name, branch, why: fate.why }
        : { repository: "a repository", branch, why: fate.why }
    ]
  })
