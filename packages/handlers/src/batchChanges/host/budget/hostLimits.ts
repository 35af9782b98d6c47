/**
 * The limits of each kind of host, where an operator says nothing else. Pure.
 *
 * Beside these, what a host counts down in its answers and every rest that it asks for hold anyway. Not counted here:
 * what a gate cannot see, as requests at the same time (GitHub: 100) and time of its processors.
 */
import { serviceOf } from "./serviceOf.ts"
import type { HostLimit } from "./HostLimit.ts"

/**
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: "about secondary rate limits" and
 * "calculating points". GraphQL may have 2,000 points a minute; all are counted together here, on the safe side.
 */
const github: ReadonlyArray<HostLimit> = [
  { name: "content a minute", points: 80, window: "1 minute", cost: { content: 1 } },
  { name: "content an hour", points: 500, window: "1 hour", cost: { content: 1 } },
  { name: "points a minute", points: 900, window: "1 minute", cost: { read: 1, write: 5, content: 5 } }
]

/** https://docs.gitlab.com/user/gitlab_com/#rate-limits-on-gitlabcom: of API requests a user, and of notes. */
const gitlabCom: ReadonlyArray<HostLimit> = [
  { name: "requests a minute", points: 2000, window: "1 minute", cost: { read: 1, write: 1, content: 1 } },
  { name: "content a minute", points: 60, window: "1 minute", cost: { content: 1 } }
]

/** https://docs.gitlab.com/administration/settings/rate_limit_on_notes_creation/: the one limit that is on by itself. */
const gitlab: ReadonlyArray<HostLimit> = [
  { name: "content a minute", points: 300, window: "1 minute", cost: { content: 1 } }
]

/**
 * https://confluence.atlassian.com/bitbucketserver/improving-instance-stability-with-rate-limiting-976171954.html: a
 * bucket of 60 that gains 5 a second, once an administrator turns it on. Whoever takes no more than 60 in any 12 seconds
 * never finds it empty.
 */
const bitbucketServer: ReadonlyArray<HostLimit> = [
  { name: "requests in 12 seconds", points: 60, window: "12 seconds", cost: { read: 1, write: 1, content: 1 } }
]

/**
 * For a host by its kind and its address. GitHub Enterprise Server has none unless its operator turns them on; Gitea and
 * Forgejo have none of their own.
 *
 * @category getters
 */
export const hostLimits = (kind: string, externalServiceId: string): ReadonlyArray<HostLimit> => {
  const name = serviceOf(externalServiceId)
  switch (kind) {
    case "github":
      return name === "github.com" || name.endsWith(".ghe.com") ? github : []
    case "gitlab":
      return name === "gitlab.com" ? gitlabCom : gitlab
    case "bitbucketServer":
      return bitbucketServer
    default:
      return []
  }
}
