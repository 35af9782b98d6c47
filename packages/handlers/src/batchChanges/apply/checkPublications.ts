/**
 * What people say of the publication of changesets has to be left to them. Pure.
 */
import { PublicationRejected } from "./ApplyError.ts"
import type { UiPublications } from "./Preview.ts"
import type { SpecHead } from "./World.ts"

/** Undefined: it may be said. */
export const checkPublications = (
  specs: ReadonlyArray<SpecHead>,
  ui: UiPublications
): PublicationRejected | undefined => {
  const byId = new Map(specs.map((spec) => [spec.id, spec]))
  for (const changesetSpecId of Object.keys(ui).map(Number)) {
    const rejected = (rule: string) => new PublicationRejected({ changesetSpecId, rule })
    const spec = byId.get(changesetSpecId)
    if (spec === undefined) return rejected("the batch spec has no such changeset spec")
    if (spec.kind === "import") return rejected("it imports a pull request, which is published already")
    if (spec.published !== null) return rejected("the spec's changesetTemplate says what is published")
  }
  return undefined
}
