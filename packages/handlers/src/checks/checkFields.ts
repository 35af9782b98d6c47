/**
 * The rules for what programs write of a commit.
 */
import { type Git, type GitError, isOid, type Oid, resolveCommit } from "@drover/git"
import { Effect } from "effect"
import { CheckRejected } from "./CheckError.ts"

const reject = (field: string, rule: string) => Effect.fail(new CheckRejected({ field, rule }))

/** A name by which it is known again: one line, 1 to 255 characters. */
export const checkName = (field: string, value: string): Effect.Effect<void, CheckRejected> =>
  value.trim() === "" || value.length > 255 || /\p{Cc}/u.test(value)
    ? reject(field, "must be one line of 1 to 255 characters")
    : Effect.void

/** Free text; Postgres keeps no NUL. */
export const checkText = (
  field: string,
  value: string | null | undefined,
  limit: number
): Effect.Effect<void, CheckRejected> =>
  value != null && (value.length > limit || value.includes("\0"))
    ? reject(field, `must have at most ${limit} characters, and no NUL`)
    : Effect.void

/** A page for people. */
export const checkUrl = (field: string, value: string | null | undefined): Effect.Effect<void, CheckRejected> => {
  if (value == null) return Effect.void
  const url = URL.canParse(value) ? new URL(value) : undefined
  return value.length <= 2048 && (url?.protocol === "https:" || url?.protocol === "http:")
    ? Effect.void
    : reject(field, "must be an absolute http or https URL of at most 2048 characters")
}

/** The full id of a commit that the repository has. */
export const checkCommit = (
  repository: string,
  field: string,
  sha: string
): Effect.Effect<Oid, CheckRejected | GitError, Git> =>
  isOid(sha)
    ? Effect.catchTag(resolveCommit({ repository, revision: sha }), "RevisionNotFound", () =>
        reject(field, `${sha} is no commit of the repository: push it first`)
      )
    : reject(field, "must be the full id of a commit")
