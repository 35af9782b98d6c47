/**
 * Branches that no repository can have. What a template decides is checked when it has decided.
 */
import { branchRef } from "@drover/git"
import { Effect } from "effect"
import type { BatchSpec } from "./BatchSpec.ts"
import type { Found } from "./Found.ts"

export const checkRefNames = (spec: BatchSpec): Effect.Effect<ReadonlyArray<Found>> => {
  const named: Array<readonly [path: Found["path"], branch: string | undefined]> = [
    [["changesetTemplate", "branch"], spec.changesetTemplate?.branch],
    ...(spec.transformChanges?.group ?? []).map(
      ({ branch }, index) => [["transformChanges", "group", index, "branch"], branch] as const
    )
  ]
  const check = (path: Found["path"], branch: string) =>
    Effect.match(branchRef(branch), {
      onSuccess: (): ReadonlyArray<Found> => [],
      onFailure: ({ reason }) => [{ path, message: `cannot be ${JSON.stringify(branch)}, because ${reason}` }]
    })
  const written = named.flatMap(([path, branch]) =>
    branch === undefined || branch.includes("${{") ? [] : [check(path, branch)]
  )
  return Effect.map(Effect.all(written), (found) => found.flat())
}
