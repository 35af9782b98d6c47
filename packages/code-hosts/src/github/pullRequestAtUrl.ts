/**
 * Which pull request an address shows: `https://github.com/acme/billing/pull/7`, with whatever comes after. Undefined:
 * none, or one of another host. Pure.
 *
 * @category import
 */
export const pullRequestAtUrl = (
  url: string,
  gitUrl: string
): { readonly repository: string; readonly externalId: string } | undefined => {
  const asked = URL.parse(url)
  if (asked === null || asked.origin !== new URL(gitUrl).origin) return undefined
  const found = /^\/([\w.-]+\/[\w.-]+)\/pull\/([1-9]\d{0,9})(?:\/|$)/.exec(asked.pathname)
  return found?.[1] === undefined || found[2] === undefined ? undefined : { repository: found[1], externalId: found[2] }
}
