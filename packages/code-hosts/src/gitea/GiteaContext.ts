/**
 * What every operation on Gitea is given, and what they have in common.
 */
import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import {
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  PullRequestMissing,
  RejectedByHost,
  RepositoryMissing
} from "../CodeHostError.ts"
import type { HostRepository } from "../HostPullRequest.ts"
import type { Where } from "../http/sendRequest.ts"
import type { Conflicts } from "../remote/readConflicts.ts"
import type { GiteaApi } from "./GiteaApi.ts"
import type { Refusal } from "./refusalOf.ts"
import { Anything } from "./schemas.ts"

export interface GiteaContext {
  readonly api: GiteaApi
  /** Where two commits of the host conflict, by git; null: it cannot be said. */
  readonly conflicts: (
    repository: HostRepository,
    base: string,
    head: string
  ) => Effect.Effect<Conflicts | null, CodeHostError>
}

export const whereOf = ({ name }: HostRepository) => ({ host: "gitea", repository: name })

export const repositoryPath = ({ name }: HostRepository): string =>
  `/repos/${name.split("/").map(encodeURIComponent).join("/")}`

export const pullPath = ({ externalId, repository }: PullRequestAt): string =>
  `${repositoryPath(repository)}/pulls/${externalId}`

export const issuePath = ({ externalId, repository }: PullRequestAt): string =>
  `${repositoryPath(repository)}/issues/${externalId}`

/** What Gitea never gave out is in no repository. */
export const requireNumber = ({ externalId, repository }: PullRequestAt): Effect.Effect<void, PullRequestMissing> =>
  /^[1-9]\d{0,17}$/.test(externalId)
    ? Effect.void
    : Effect.fail(new PullRequestMissing({ ...whereOf(repository), externalId }))

/** Whether the repository itself can be read: fails where not. */
export const requireRepository = (
  { api }: GiteaContext,
  repository: HostRepository
): Effect.Effect<void, CodeHostError> => {
  const where = whereOf(repository)
  return settle(
    api.rest(where, { method: "GET", path: repositoryPath(repository), answer: Anything }),
    where,
    Effect.fail(new RepositoryMissing(where))
  )
}

/**
 * What is left over of the refusals that an operation knows no better answer to.
 *
 * What is not found although it can be read may not be changed: Gitea hides from whoever may not.
 */
export const settle = <A>(
  effect: Effect.Effect<A, Refusal>,
  { host, repository }: Where,
  look: Effect.Effect<unknown, CodeHostError>
): Effect.Effect<A, CodeHostError> =>
  effect.pipe(
    Effect.catchTag("NotFound", ({ explanation }) => {
      const words = `it can be read, and not changed (${explanation})`
      return Effect.andThen(look, Effect.fail(new ForbiddenOnHost({ host, repository, explanation: words })))
    }),
    Effect.catchTag(["Conflicting", "NotDone"], ({ explanation }) =>
      Effect.fail(new RejectedByHost({ host, repository, explanation }))
    ),
    Effect.catchTag("Broken", ({ explanation }) =>
      Effect.fail(new HostUnavailable({ host, repository, explanation: `500 ${explanation}` }))
    )
  )
