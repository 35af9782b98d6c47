/**
 * What every operation on GitLab is given, and what they have in common.
 */
import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import {
  ArchivedOnHost,
  type CodeHostError,
  ForbiddenOnHost,
  RejectedByHost,
  RepositoryMissing
} from "../CodeHostError.ts"
import type { HostRepository } from "../HostPullRequest.ts"
import type { GitLabApi } from "./GitLabApi.ts"
import type { Refusal } from "./refusalOf.ts"
import { Project } from "./schemas.ts"

export interface GitLabContext {
  readonly api: GitLabApi
  /** Which of the two names of one thing this GitLab knows. */
  readonly autoMergeField: "auto_merge" | "merge_when_pipeline_succeeds"
}

export const whereOf = ({ name }: HostRepository) => ({ host: "gitlab", repository: name })

/** However deep its groups are, a project is one part of a path. */
export const projectPath = ({ name }: HostRepository): string => `/projects/${encodeURIComponent(name)}`

export const requestPath = ({ externalId, repository }: PullRequestAt): string =>
  `${projectPath(repository)}/merge_requests/${encodeURIComponent(externalId)}`

export const loadProject = ({ api }: GitLabContext, repository: HostRepository) =>
  api.rest(whereOf(repository), { method: "GET", path: projectPath(repository), answer: Project }).pipe(
    Effect.catchTag("NotFound", () => Effect.fail(new RepositoryMissing(whereOf(repository)))),
    (effect) => settleRest(effect, repository)
  )

/** Refusals that an operation knows no better answer to. */
export const settleRest = <A>(
  effect: Effect.Effect<A, Refusal>,
  repository: HostRepository
): Effect.Effect<A, CodeHostError> =>
  effect.pipe(
    Effect.catchTag("NotFound", () => Effect.fail(new RepositoryMissing(whereOf(repository)))),
    Effect.catchTag("InTheWay", ({ explanation }) =>
      Effect.fail(new RejectedByHost({ ...whereOf(repository), explanation }))
    )
  )

/**
 * Of a request that changes something. GitLab says 403, and of merging 401, of what nobody may do to an archived project
 * as of what this user may not: so the project is looked at. A token that is no good cannot look, and fails with that.
 */
export const settleChange = <A>(
  context: GitLabContext,
  effect: Effect.Effect<A, Refusal>,
  repository: HostRepository,
  look: Effect.Effect<unknown, CodeHostError> = Effect.void
): Effect.Effect<A, CodeHostError> => {
  const forbidden = (explanation: string) =>
    Effect.flatMap(loadProject(context, repository), ({ archived }) =>
      Effect.fail(
        archived
          ? new ArchivedOnHost(whereOf(repository))
          : new ForbiddenOnHost({ ...whereOf(repository), explanation })
      )
    )
  return effect.pipe(
    Effect.catchTag("ForbiddenOnHost", ({ explanation }) => forbidden(explanation)),
    Effect.catchTag("UnauthorisedOnHost", () => forbidden("its user may not do it")),
    Effect.catchTag("NotFound", ({ explanation }) =>
      Effect.andThen(look, forbidden(`it can be read, and not changed (${explanation})`))
    ),
    (rest) => settleRest(rest, repository)
  )
}
