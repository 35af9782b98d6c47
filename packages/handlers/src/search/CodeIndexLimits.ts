/**
 * How much of a repository is indexed.
 */
import { Context } from "effect"

/** @category options */
export interface CodeLimits {
  /** Files of one repository. Their paths are held in memory while a whole repository is indexed. */
  readonly files: number
  /** The largest file whose content is searched, in bytes. Larger ones are found by path. */
  readonly fileBytes: number
  /** Contents of one repository, in bytes, of files that are not too large. */
  readonly bytes: number
  /** The longest path, in bytes. It is the key of an index, which takes no more than 2,700. */
  readonly pathBytes: number
}

/**
 * The limits of the code search index: 100,000 files, 384 KiB a file, 1 GiB and 1,024 bytes of path unless they are
 * provided otherwise. What is left out for them is reported with the results.
 *
 * @category services
 */
export const CodeIndexLimits = Context.Reference<CodeLimits>("@drover/handlers/search/CodeIndexLimits", {
  defaultValue: () => ({ files: 100_000, fileBytes: 384 * 1024, bytes: 1024 ** 3, pathBytes: 1024 })
})
