/**
 * Where the steps of a spec are to run, once its repositories, branches and folders are known.
 */
import type { WorkspaceResult } from "../execution/WorkspaceResult.ts"

/** A folder of a commit of a repository. @category models */
export interface ResolvedWorkspace {
  readonly repositoryId: number
  readonly repository: string
  /** Without `refs/heads/`. */
  readonly branch: string
  /** The tip of the branch. */
  readonly baseSha: string
  /** Without slashes at its ends; empty: the root. */
  readonly path: string
  readonly onlyFetchWorkspace: boolean
  /** Where the code search of the spec found the repository; in order, at most 1,000. */
  readonly searchResultPaths: ReadonlyArray<string>
  /** Of a spec that brings diffs: what steps would have given. */
  readonly ready?: { readonly result: WorkspaceResult; readonly diff: Uint8Array } | undefined
}

/** A pull request that is to be followed. @category models */
export interface ResolvedImport {
  readonly repositoryId: number
  readonly repository: string
  /** As its host names it. */
  readonly externalId: string
}

/** Something that the spec's globs, queries or folders meant, and that is left out. @category models */
export interface SkippedRepository {
  readonly repository: string
  readonly branch?: string | undefined
  readonly why: "archived" | "deleted" | "no-branch" | "no-workspace"
  /** In words. */
  readonly message: string
}

/** @category models */
export interface ResolvedSpec {
  /** In the order of the repositories' names, then branches, then folders. No two are the same folder of one branch. */
  readonly workspaces: ReadonlyArray<ResolvedWorkspace>
  /** In the order of the spec, each once. */
  readonly imports: ReadonlyArray<ResolvedImport>
  readonly skipped: ReadonlyArray<SkippedRepository>
  /** What a code search may have missed: repositories that are not wholly indexed, in words. */
  readonly warnings: ReadonlyArray<string>
}
