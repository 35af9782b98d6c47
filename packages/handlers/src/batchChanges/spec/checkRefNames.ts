/**
 * Branches that no repository can have. What a template decides is checked when it has decided. Pure.
 */
import type { BatchSpec } from "./BatchSpec.ts"
import { branchRule } from "./branchRule.ts"
import type { Found } from "./Found.ts"

export const checkRefNames = (spec: BatchSpec): ReadonlyArray<Found> => {
  const named: Array<readonly [path: Found["path"], branch: string | undefined]> = [
    [["changesetTemplate", "branch"], spec.changesetTemplate?.branch],
    ...(spec.transformChanges?.group ?? []).map(
      ({ branch }, index) => [["transformChanges", "group", index, "branch"], branch] as const
    )
  ]
  return named.flatMap(([path, branch]) => {
    const rule = branch === undefined || branch.includes("${{") ? undefined : branchRule(branch)
    return rule === undefined ? [] : [{ path, message: `cannot be ${JSON.stringify(branch)}, because ${rule}` }]
  })
}
