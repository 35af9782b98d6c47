/**
 * What every operation on Bitbucket is given, and what they have in common.
 */
import { Effect } from "effect"
import type { Abilities } from "../Abilities.ts"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable, PullRequestMissing, RejectedByHost } from "../CodeHostError.ts"
import type { HostRepository } from "../HostPullRequest.ts"
import type { BitbucketServerApi } from "./BitbucketServerApi.ts"
import type { Refusal } from "./refusalOf.ts"

export interface BitbucketServerContext {
  readonly api: BitbucketServerApi
  readonly abilities: Abilities
}

export const HOST = "bitbucketServer"

export const whereOf = ({ name }: HostRepository) => ({ host: HOST, repository: name })

/** Of `ACME/billing`, or `~ada/billing` where it is a person's. */
const namesOf = ({ name }: HostRepository) => {
  const slash = name.indexOf("/")
  return { key: name.slice(0, Math.max(slash, 0)), slug: name.slice(slash + 1) }
}

export const repositoryPath = (repository: HostRepository): string => {
  const { key, slug } = namesOf(repository)
  return `/api/latest/projects/${encodeURIComponent(key)}/repos/${encodeURIComponent(slug)}`
}

export const pullPath = ({ externalId, repository }: PullRequestAt): string =>
  `${repositoryPath(repository)}/pull-requests/${externalId}`

/** A branch, as it is named in what is sent. */
export const refOf = (repository: HostRepository, branch: string) => {
  const { key, slug } = namesOf(repository)
  return { id: `refs/heads/${branch}`, repository: { slug, project: { key } } }
}

export const branchOf = (id: string): string => id.replace(/^refs\/heads\//, "")

/** What is left over of the refusals that an operation knows no better answer to. */
export const settle = <A>(
  effect: Effect.Effect<A, Refusal>,
  { externalId = "", repository }: { readonly repository: HostRepository; readonly externalId?: string }
): Effect.Effect<A, CodeHostError> => {
  const where = whereOf(repository)
  return effect.pipe(
    Effect.catchTag("NoPullRequest", () => Effect.fail(new PullRequestMissing({ ...where, externalId }))),
    Effect.catchTag(["NotFound", "NotDone", "AlreadyExists"], ({ explanation }) =>
      Effect.fail(new RejectedByHost({ ...where, explanation }))
    ),
    // again, although it was read again
    Effect.catchTag("OutOfDate", ({ explanation }) =>
      Effect.fail(new HostUnavailable({ ...where, explanation: `it changes all the time: ${explanation}` }))
    )
  )
}
