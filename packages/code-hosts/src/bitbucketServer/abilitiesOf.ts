import type { Abilities } from "../Abilities.ts"

/** Whether a server's version, such as `8.19.1`, is at least another. */
const isSince = (version: string, [major, minor]: readonly [number, number]): boolean => {
  const [first = Number.NaN, second = 0] = version.split(".").map((part) => Number.parseInt(part, 10))
  return first > major || (first === major && second >= minor)
}

/**
 * What a server of a version can do; what it says of itself is asked by `bitbucketServerVersion`. Undefined: what they
 * all can. Pure.
 *
 * @category models
 */
export const bitbucketServerAbilities = (version: string | undefined): Abilities => {
  const drafts = version !== undefined && isSince(version, [8, 18])
  return {
    drafts,
    redraft: drafts,
    reopen: true,
    labels: false,
    mergeMethods: ["merge", "squash", "rebase"],
    idempotentComments: true,
    autoMerge: version !== undefined && isSince(version, [8, 15]),
    reviewers: true
  }
}
