import type { Standing } from "./Standing.ts"

/** Everything that the protection of the base requires of a head that is so far behind, and does not have. Pure. */
export const missingOf = (
  { missing, requireUpToDate }: Pick<Standing, "missing" | "requireUpToDate">,
  behind: number
): ReadonlyArray<string> =>
  requireUpToDate && behind > 0
    ? [...missing, `the head lacks ${behind === 1 ? "a commit" : `${behind} commits`} of the base`]
    : missing
