/**
 * @since 0.1.0
 */
import type { Oid } from "./Oid.ts"

/**
 * What merging the head into the base would give.
 *
 * @category models
 * @since 0.1.0
 */
export type MergeResult =
  | { readonly clean: true; readonly tree: Oid }
  | {
      readonly clean: false
      /** The tree with conflict markers in it. */
      readonly tree: Oid
      /**
       * Every path with a conflict, once, in git's order. A name that is not UTF-8 has U+FFFD
       * where it is not.
       */
      readonly conflictedPaths: ReadonlyArray<string>
    }
