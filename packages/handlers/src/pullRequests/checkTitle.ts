import { Effect } from "effect"
import { PullRequestRejected } from "./PullRequestError.ts"

/** One line, with something on it. */
export const checkTitle = (title: string): Effect.Effect<void, PullRequestRejected> => {
  if (title.trim() === "") return Effect.fail(new PullRequestRejected({ field: "title", rule: "must not be blank" }))
  return /\p{Cc}/u.test(title)
    ? Effect.fail(new PullRequestRejected({ field: "title", rule: "must be one line without control characters" }))
    : Effect.void
}
