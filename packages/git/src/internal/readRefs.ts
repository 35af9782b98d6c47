import { Effect } from "effect"
import { Git } from "../Git.ts"
import { isOid, type Oid } from "../Oid.ts"
import { text } from "./text.ts"

/**
 * What each of these full refs points at, by name; those that do not exist are left out, and others may
 * be in it. One process.
 *
 * `rev-parse` and `cat-file` are no help here: for a missing `refs/heads/x` they go on to
 * try `refs/heads/refs/heads/x`.
 */
export const readRefs = Effect.fnUntraced(function* (repository: string, refs: ReadonlyArray<string>) {
  const git = yield* Git
  if (refs.length === 0) return new Map<string, Oid>()
  const output = yield* git.run({
    args: ["for-each-ref", "--format=%(objectname) %(refname)", "--", ...(refs.length > maxPatterns ? [] : refs)],
    repository
  })
  return parseRefs(output.stdout)
})

/** Lines of an id and a name. */
export const parseRefs = (stdout: Uint8Array): ReadonlyMap<string, Oid> => {
  const found = new Map<string, Oid>()
  for (const answer of text(stdout).split("\n")) {
    const space = answer.indexOf(" ")
    const oid = answer.slice(0, space)
    const ref = answer.slice(space + 1)
    if (isOid(oid)) found.set(ref, oid)
  }
  return found
}

/** Past this many names the arguments of a process could grow too long, and reading every ref is quick. */
const maxPatterns = 100
