/**
 * What the parts of a batch spec demand of each other. Pure.
 */
import { brokenFileName } from "../execution/steps/fileNames.ts"
import { readTimeout } from "../execution/steps/readTimeout.ts"
import type { BatchSpec } from "./BatchSpec.ts"
import type { Found } from "./Found.ts"

export const rulesOf = (spec: BatchSpec): ReadonlyArray<Found> => {
  const broken: Array<Found> = []
  const say = (path: Found["path"], message: string) => void broken.push({ path, message })
  const changes = (spec.on?.length ?? 0) > 0 || (spec.diffs?.length ?? 0) > 0

  if (!changes && (spec.importChangesets?.length ?? 0) === 0) {
    say([], "it changes nothing: give it `on` and `steps`, `diffs`, or `importChangesets`")
  }
  if (spec.on !== undefined && spec.diffs !== undefined)
    say(["diffs"], "goes in place of `on` and `steps`, not with them")
  if (spec.on !== undefined && spec.diffs === undefined && (spec.steps?.length ?? 0) === 0) {
    say(["on"], "says where, and `steps` is missing, which says how")
  }
  if (spec.steps !== undefined && spec.on === undefined)
    say(["steps"], "say how, and `on` is missing, which says where")
  if (changes && spec.changesetTemplate === undefined) {
    say([], "`changesetTemplate` is missing: it says how the changes are proposed")
  }
  spec.on?.forEach((on, index) => {
    if ("repository" in on && on.branch !== undefined && on.branches !== undefined) {
      say(["on", index, "branches"], "goes in place of `branch`, not with it")
    }
  })
  spec.steps?.forEach(({ env = {}, files = {}, timeout }, index) => {
    for (const name of Object.keys(env)) {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        say(["steps", index, "env", name], "is no name of a variable: use letters, digits and underscores")
      }
    }
    for (const name of Object.keys(files)) {
      const rule = brokenFileName(name)
      if (rule !== undefined) say(["steps", index, "files", name], rule)
    }
    if (timeout !== undefined && readTimeout(timeout) === undefined) {
      say(["steps", index, "timeout"], 'is no time: write one such as "90 seconds" or "5 minutes"')
    }
  })
  spec.transformChanges?.group?.forEach(({ branch, repository }, index, all) => {
    const twin = all.findIndex((other) => other.branch === branch && other.repository === repository)
    if (twin < index) say(["transformChanges", "group", index, "branch"], `is that of group ${twin + 1} already`)
    if (branch === spec.changesetTemplate?.branch) {
      say(["transformChanges", "group", index, "branch"], "is that of the changeset template: a group needs its own")
    }
  })
  return broken
}
