import type { MergeMethod } from "../Abilities.ts"
import type { Settings } from "./schemas.ts"

/** What comes to the same history, from what is closest to the method. */
const strategies: Readonly<Record<MergeMethod, ReadonlyArray<string>>> = {
  merge: ["no-ff", "ff"],
  squash: ["squash", "squash-ff-only"],
  // the last of them makes nothing new: it merges what is rebased already, or nothing
  rebase: ["rebase-ff-only", "ff-only"]
}

/** The strategy for a method that a repository allows; undefined: none. Pure. */
export const mergeStrategy = (method: MergeMethod, settings: typeof Settings.Type): string | undefined => {
  const enabled = (settings.mergeConfig?.strategies ?? []).filter((strategy) => strategy.enabled === true)
  return strategies[method].find((id) => enabled.some((strategy) => strategy.id === id))
}
