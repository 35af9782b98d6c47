/**
 * What every operation on GitHub is given, and what they have in common.
 */
import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, ForbiddenOnHost, RejectedByHost, RepositoryMissing } from "../CodeHostError.ts"
import type { HostRepository } from "../HostPullRequest.ts"
import type { GitHubApi } from "./GitHubApi.ts"
import type { GitHubAuth } from "./GitHubAuth.ts"
import type { Refusal } from "./refusalOf.ts"

export interface GitHubContext {
  readonly api: GitHubApi
  readonly auth: GitHubAuth
}

export const whereOf = ({ name }: HostRepository) => ({ host: "github", repository: name })

export const whereAt = ({ externalId, repository }: PullRequestAt) => ({ ...whereOf(repository), externalId })

/** `acme/billing`, as a path and as GraphQL wants it. */
export const namesOf = ({ name }: HostRepository) => {
  const [owner = "", repository = ""] = name.split("/")
  return { owner, name: repository, path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}` }
}

export const pullPath = ({ externalId, repository }: PullRequestAt): string =>
  `${namesOf(repository).path}/pulls/${encodeURIComponent(externalId)}`

export const issuePath = ({ externalId, repository }: PullRequestAt): string =>
  `${namesOf(repository).path}/issues/${encodeURIComponent(externalId)}`

/**
 * What is left over of the refusals that an operation knows no better answer to.
 *
 * What is not found although it can be read may not be changed: GitHub hides from whoever may not.
 */
export const settle = <A>(
  effect: Effect.Effect<A, Refusal>,
  where: { readonly host: string; readonly repository: string; readonly externalId?: string },
  look: Effect.Effect<unknown, CodeHostError>
): Effect.Effect<A, CodeHostError> =>
  effect.pipe(
    Effect.catchTag("NotFound", ({ explanation }) =>
      Effect.andThen(
        look,
        Effect.fail(
          new ForbiddenOnHost({
            host: where.host,
            repository: where.repository,
            explanation: `it can be read, and not changed (${explanation})`
          })
        )
      )
    ),
    Effect.catchTag(["AlreadyExists", "NotMerged"], ({ explanation }) =>
      Effect.fail(new RejectedByHost({ host: where.host, repository: where.repository, explanation }))
    )
  )

/** For what says itself whether it is the repository or the pull request that is missing. */
export const settleRead = <A>(
  effect: Effect.Effect<A, Refusal>,
  where: { readonly host: string; readonly repository: string }
): Effect.Effect<A, CodeHostError> =>
  settle(effect, where, Effect.fail(new RepositoryMissing({ host: where.host, repository: where.repository })))
