/**
 * Who wrote a commit, and when.
 *
 * @since 0.1.0
 */
import { type DateTime, Effect } from "effect"
import { NameRejected } from "./GitError.ts"

/**
 * The author or committer of a commit. Commits with equal content, parents, message and
 * signatures have equal ids, so a repeated write is a no-op.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signature {
  readonly name: string
  readonly email: string
  /** Kept to the second, written as UTC. Not before 1970. */
  readonly at: DateTime.DateTime
}

/**
 * The environment variables by which git takes one role's signature.
 *
 * Fails with `NameRejected` when git would refuse or silently change it.
 *
 * @internal
 */
export const signatureEnvironment = (
  role: "AUTHOR" | "COMMITTER",
  signature: Signature
): Effect.Effect<Record<string, string>, NameRejected> => {
  const line = `${signature.name} <${signature.email}>`
  const reject = (reason: string) => Effect.fail(new NameRejected({ kind: "signature", name: line, reason }))
  if (!clean.test(signature.name) || !clean.test(signature.email)) {
    return reject("name and email cannot hold angle brackets, newlines or control characters")
  }
  if (!/[^\s.,:;"'\\]/.test(signature.name)) return reject("the name has no letter or digit in it")
  if (signature.at.epochMilliseconds < 0) return reject("its time is before 1970")
  return Effect.succeed({
    [`GIT_${role}_NAME`]: signature.name,
    [`GIT_${role}_EMAIL`]: signature.email,
    [`GIT_${role}_DATE`]: `@${Math.floor(signature.at.epochMilliseconds / 1000)} +0000`
  })
}

const clean = /^[^<>\p{Cc}]*$/u
