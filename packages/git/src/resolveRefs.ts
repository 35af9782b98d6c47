/**
 * @since 0.1.0
 */
import { Effect } from "effect"
import type { Git } from "./Git.ts"
import type { GitRunError, NameRejected } from "./GitError.ts"
import { readRefs } from "./internal/readRefs.ts"
import type { Oid } from "./Oid.ts"
import { checkRef } from "./RefName.ts"

/**
 * @category options
 * @since 0.1.0
 */
export interface ResolveRefsOptions {
  /** Path of the bare repository. */
  readonly repository: string
  /** Full names, such as `refs/heads/main` and `refs/pull/7/head`. */
  readonly refs: ReadonlyArray<string>
}

/**
 * Reads what many refs point at, at one moment, in one process. Those that do not exist are left out.
 *
 * Fails with `NameRejected`, and asks git nothing, when a name is one that no ref can have.
 *
 * @category operations
 * @since 0.1.0
 */
export const resolveRefs = Effect.fn("Git.resolveRefs")(function* (
  options: ResolveRefsOptions
): Effect.fn.Return<ReadonlyMap<string, Oid>, NameRejected | GitRunError, Git> {
  const refs = new Set(yield* Effect.forEach(options.refs, checkRef))
  const found = yield* readRefs(options.repository, Array.from(refs))
  return new Map(Array.from(found).filter(([ref]) => refs.has(ref)))
})
