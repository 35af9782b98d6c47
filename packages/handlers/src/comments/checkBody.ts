import { Effect } from "effect"
import { CommentRejected } from "./CommentError.ts"

/** As many as GitHub takes. */
const LONGEST = 65_536

/** Postgres keeps no NUL. */
export const checkBody = (
  body: string,
  { required }: { readonly required: boolean }
): Effect.Effect<void, CommentRejected> => {
  const rule =
    required && body.trim() === ""
      ? "must not be blank"
      : body.length > LONGEST
        ? `must have at most ${LONGEST} characters`
        : body.includes("\0")
          ? "must have no NUL"
          : undefined
  return rule === undefined ? Effect.void : Effect.fail(new CommentRejected({ field: "body", rule }))
}
