/**
 * Names of branches and refs, by git's own rules (`git check-ref-format`).
 *
 * A name that passes is safe to send to git: it never begins with a dash, and holds
 * no space, newline, pattern character or revision syntax.
 *
 * @since 0.1.0
 */
import { Effect } from "effect"
import { NameRejected } from "./GitError.ts"

/**
 * The full ref of a branch: `feature/x` becomes `refs/heads/feature/x`.
 *
 * Fails with `NameRejected` for a name that no branch can have.
 *
 * @category constructors
 * @since 0.1.0
 */
export const branchRef = (branch: string): Effect.Effect<string, NameRejected> => {
  const reason = branch.startsWith("-") ? "it begins with a dash" : brokenRule(branch)
  return reason === undefined
    ? Effect.succeed(`refs/heads/${branch}`)
    : Effect.fail(new NameRejected({ kind: "branch", name: branch, reason }))
}

/**
 * Checks a full ref name, such as `refs/heads/main` or `refs/pull/7/merge`, and gives it back.
 *
 * Fails with `NameRejected` when it is malformed or does not begin with `refs/`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const checkRef = (ref: string): Effect.Effect<string, NameRejected> => {
  const reason = ref.startsWith("refs/") ? brokenRule(ref) : "it does not begin with refs/"
  return reason === undefined ? Effect.succeed(ref) : Effect.fail(new NameRejected({ kind: "ref", name: ref, reason }))
}

const rules: ReadonlyArray<readonly [pattern: RegExp, reason: string]> = [
  [/^$/, "it is empty"],
  [/^@$/, "it is a single @"],
  [/^\/|\/$|\/\//, "it has an empty part between slashes"],
  [/(?:^|\/)\./, "a part of it begins with a dot"],
  [/\.lock(?:\/|$)/, "a part of it ends in .lock"],
  [/\.$/, "it ends in a dot"],
  [/\.\./, "it has two dots in a row"],
  [/@\{/, "it has @{ in it"],
  [/[ ~^:?*[\\]/, "it has a space or one of ~ ^ : ? * [ \\ in it"]
]

const brokenRule = (name: string): string | undefined =>
  hasControlCharacter(name) ? "it has a control character or half a surrogate pair in it" : matchRule(name)

const matchRule = (name: string): string | undefined => rules.find(([pattern]) => pattern.test(name))?.[1]

const hasControlCharacter = (name: string): boolean =>
  !name.isWellFormed() || Array.from(name).some((character) => character < " " || character === "\u007f")
