import { type DatabaseError, StatementRejected } from "@drover/core"
import { Effect } from "effect"
import { CommentRejected } from "../comments/CommentError.ts"

/** Says in words what `pull_request_reviews_one_pending_key` refused. */
export const onePending = <A, E, R>(
  effect: Effect.Effect<A, E | DatabaseError, R>
): Effect.Effect<A, E | DatabaseError | CommentRejected, R> =>
  Effect.mapError(effect, (error) =>
    isSecond(error)
      ? new CommentRejected({
          field: "review",
          rule: "would be your second draft of this pull request: submit or delete the pending one first"
        })
      : error
  )

const isSecond = (error: unknown): boolean =>
  error instanceof StatementRejected && error.constraint === "pull_request_reviews_one_pending_key"
