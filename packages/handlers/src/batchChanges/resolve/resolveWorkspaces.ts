/**
 * Finds where the steps of a batch spec are to run.
 */
import type { Database, DatabaseError } from "@drover/core"
import type { Git, GitError } from "@drover/git"
import { Effect, type FileSystem } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { CheckoutUnavailable } from "../execution/WorkspaceError.ts"
import type { BatchSpec } from "../spec/BatchSpec.ts"
import { BatchSpecUnresolved } from "./BatchSpecUnresolved.ts"
import { mergeCandidates } from "./Candidate.ts"
import { findCandidates } from "./findCandidates.ts"
import { findFolders } from "./findFolders.ts"
import { compare, Findings } from "./Findings.ts"
import { resolveDiffs } from "./resolveDiffs.ts"
import type { ResolvedSpec, ResolvedWorkspace } from "./ResolvedSpec.ts"
import { resolveImports } from "./resolveImports.ts"
import { type Branch, resolveTips } from "./resolveTips.ts"
import { readVisible } from "./Visible.ts"

/** @category options */
export interface ResolveWorkspaces {
  /** Whose repositories count: those that they may read. */
  readonly actorId?: ActorId
  /** The text of the spec, for the places of problems. Defaults to none: problems then have their paths alone. */
  readonly source?: string | undefined
}

/** Branches whose folders are listed at a time. */
const AT_ONCE = 4

/**
 * Reads the forge, and writes nothing: see `enqueueWorkspaces`. Fails with `BatchSpecUnresolved`, which names everything
 * that the spec names and there is not.
 *
 * @category operations
 */
export const resolveWorkspaces = Effect.fn("BatchChanges.resolveWorkspaces")(function* (
  spec: BatchSpec,
  { actorId, source }: ResolveWorkspaces = {}
): Effect.fn.Return<
  ResolvedSpec,
  BatchSpecUnresolved | CheckoutUnavailable | GitError | DatabaseError,
  Database | Git | FileSystem.FileSystem
> {
  const findings = new Findings()
  const visible = yield* readVisible(actorId)
  const candidates = mergeCandidates(yield* findCandidates(spec, visible, actorId, findings))
  const branches = yield* resolveTips(candidates, findings)
  const inFolders = yield* Effect.forEach(branches, (branch) => inEachFolder(branch, spec, findings), {
    concurrency: AT_ONCE
  })
  const ready = yield* resolveDiffs(spec, visible, findings).pipe(
    Effect.catchTag("PlatformError", (cause) => Effect.fail(new CheckoutUnavailable({ cause })))
  )
  const imports = resolveImports(spec, visible, findings)
  const problems = findings.problems(source)
  if (problems.length > 0) return yield* new BatchSpecUnresolved({ problems })
  const { skipped, warnings } = findings
  return { workspaces: [...inFolders.flat(), ...ready].toSorted(byName), imports, skipped, warnings }
})

const inEachFolder = (branch: Branch, spec: BatchSpec, findings: Findings) =>
  Effect.map(findFolders(branch, spec, findings), (folders) =>
    folders.map((folder): ResolvedWorkspace => ({
      ...folder,
      repositoryId: branch.repository.id,
      repository: branch.repository.name,
      branch: branch.branch,
      baseSha: branch.tip,
      searchResultPaths: branch.searchResultPaths
    }))
  )

const byName = (a: ResolvedWorkspace, b: ResolvedWorkspace): number =>
  compare(a.repository, b.repository) || compare(a.branch, b.branch) || compare(a.path, b.path)
