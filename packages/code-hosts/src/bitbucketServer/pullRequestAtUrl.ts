/**
 * Which pull request an address shows: `https://bitbucket.example.com/projects/ACME/repos/billing/pull-requests/7`, with
 * whatever comes after; or below `/users/ada`, for a person's. Undefined: none, or one of another server. Pure.
 *
 * @param serverUrl `https://bitbucket.example.com`, or below a path of one.
 * @category import
 */
export const bitbucketServerPullRequestAtUrl = (
  url: string,
  serverUrl: string
): { readonly repository: string; readonly externalId: string } | undefined => {
  const asked = URL.parse(url)
  const server = new URL(serverUrl)
  const below = server.pathname.replace(/\/+$/, "")
  if (asked === null || asked.origin !== server.origin || !asked.pathname.startsWith(`${below}/`)) return undefined
  const found = /^\/(projects|users)\/([\w.~-]+)\/repos\/([\w.-]+)\/pull-requests\/([1-9]\d{0,17})(?:\/|$)/.exec(
    asked.pathname.slice(below.length)
  )
  const [, kind, owner, slug, externalId] = found ?? []
  if (owner === undefined || slug === undefined || externalId === undefined) return undefined
  return { repository: `${kind === "users" ? "~" : ""}${owner}/${slug}`, externalId }
}
