import { type DatabaseError, StatementRejected } from "@drover/core"
import { Effect } from "effect"
import { PullRequestRejected } from "./PullRequestError.ts"

/** Says in words what `pull_requests_one_open_key` refused. */
export const rejectTwin =
  ({ base, head }: { readonly base: string; readonly head: string }) =>
  <A, E, R>(
    effect: Effect.Effect<A, E | DatabaseError, R>
  ): Effect.Effect<A, E | DatabaseError | PullRequestRejected, R> =>
    Effect.mapError(effect, (error) =>
      isTwin(error)
        ? new PullRequestRejected({ field: "head", rule: `"${head}" already has an open pull request into "${base}"` })
        : error
    )

const isTwin = (error: unknown): boolean =>
  error instanceof StatementRejected && error.constraint === "pull_requests_one_open_key"
