/**
 * The pull requests that a spec follows. Whether they are there, their host says when they are looked at. Pure.
 */
import type { BatchSpec } from "../spec/BatchSpec.ts"
import type { Findings } from "./Findings.ts"
import { noSuchRepository } from "./findCandidates.ts"
import type { ResolvedImport } from "./ResolvedSpec.ts"
import type { Visible } from "./Visible.ts"

/** Each once, in the order of the spec. An archived repository's can be followed as well. */
export const resolveImports = (
  { importChangesets = [] }: BatchSpec,
  visible: Visible,
  findings: Findings
): ReadonlyArray<ResolvedImport> => {
  const imports = new Map<string, ResolvedImport>()
  importChangesets.forEach(({ externalIDs, repository: name }, index) => {
    const repository = visible.byName.get(name)
    if (repository === undefined || repository.deletedAt !== null) {
      const why = repository === undefined ? noSuchRepository(name) : `${name} is deleted: leave it out`
      findings.problem("repository", ["importChangesets", index, "repository"], why)
      return
    }
    externalIDs.forEach((id, place) => {
      const externalId = String(id).trim()
      if (!/^[1-9]\d{0,14}$/.test(externalId)) {
        const message = `${JSON.stringify(id)} is no number of a pull request`
        findings.problem("import", ["importChangesets", index, "externalIDs", place], message)
        return
      }
      imports.set(`${repository.id} ${externalId}`, { repositoryId: repository.id, repository: name, externalId })
    })
  })
  return Array.from(imports.values())
}
