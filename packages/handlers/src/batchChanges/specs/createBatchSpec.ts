/**
 * Takes in a batch spec: reads it, finds where its steps are to run, and queues them there.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { enqueueWorkspaces } from "../execution/workspaceTurns.ts"
import { requireNamespace } from "../namespaces/requireNamespace.ts"
import type { ResolvedImport, SkippedRepository } from "../resolve/ResolvedSpec.ts"
import { resolveWorkspaces } from "../resolve/resolveWorkspaces.ts"
import { parseBatchSpec } from "../spec/parseBatchSpec.ts"
import type { BatchSpecRow, CreateBatchSpec } from "./BatchSpecRow.ts"
import { makeChangesetSpecs } from "./makeChangesetSpecs.ts"

/** @category models */
export interface CreatedBatchSpec {
  readonly batchSpec: Pick<BatchSpecRow, "id" | "namespaceId" | "spec">
  /** How many workspaces there are, and how many of them have steps to run. */
  readonly workspaces: number
  readonly queued: number
  /** There was nothing to run: its changeset specs are made, and it can be previewed. */
  readonly completed: boolean
  readonly skipped: ReadonlyArray<SkippedRepository>
  readonly warnings: ReadonlyArray<string>
}

/** Rows of one statement. */
const AT_ONCE = 1000

/**
 * Once the steps have ended, `makeChangesetSpecs` makes changesets of what they gave; of a spec that runs nothing they
 * are made at once. Fails, and writes nothing, with all that is wrong with the text, or all that it names and there is
 * not. What it writes is one transaction.
 *
 * @category operations
 */
export const createBatchSpec = Effect.fn("BatchChanges.createBatchSpec")(function* ({
  actorId,
  namespace,
  source
}: CreateBatchSpec) {
  const { run, transaction } = yield* Database
  const { id: namespaceId } = yield* requireNamespace(actorId, namespace)
  const spec = yield* parseBatchSpec(source)
  const { imports, skipped, warnings, workspaces } = yield* resolveWorkspaces(spec, { actorId, source })
  const queued = workspaces.filter(({ ready }) => ready === undefined).length
  const created = yield* transaction(
    Effect.gen(function* () {
      const creatorId = actorId ?? null
      const [row] = yield* run((db) =>
        db
          .insert(batchSpecs)
          .values({ namespaceId, creatorId, source, spec, createdFromRaw: spec.diffs === undefined })
          .returning({ id: batchSpecs.id })
      )
      const { id } = row!
      yield* insertImports(id, creatorId, imports)
      yield* enqueueWorkspaces({ batchSpecId: id, workspaces })
      if (queued === 0) yield* makeChangesetSpecs(id)
      return { id, namespaceId, spec }
    })
  )
  const made: CreatedBatchSpec = {
    batchSpec: created,
    workspaces: workspaces.length,
    queued,
    completed: queued === 0,
    skipped,
    warnings
  }
  return made
})

const insertImports = Effect.fnUntraced(function* (
  batchSpecId: number,
  creatorId: number | null,
  imports: ReadonlyArray<ResolvedImport>
) {
  const { run } = yield* Database
  for (let at = 0; at < imports.length; at += AT_ONCE) {
    const rows = imports.slice(at, at + AT_ONCE).map(({ externalId, repositoryId }) => ({
      batchSpecId,
      creatorId,
      repositoryId,
      externalId,
      kind: "import" as const
    }))
    yield* run((db) => db.insert(changesetSpecs).values(rows))
  }
})
