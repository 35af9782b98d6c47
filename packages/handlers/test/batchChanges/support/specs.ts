/** Batch specs over real repositories, resolved and run to their end. */
import { Database } from "@drover/core"
import { Effect, Layer } from "effect"
import {
  enqueueWorkspaces,
  executeSpec,
  type ExecuteSpec,
  listWorkspaces,
  parseBatchSpec,
  readWorkspaceResults,
  resolveWorkspaces,
  WorkspaceStore
} from "../../../src/batchChanges/index.ts"
import { type ActorId, registerRepository } from "../../../src/index.ts"
import { batchSpecs } from "../../../src/schema/batchChanges.ts"
import { namespaces } from "../../../src/schema/namespaces.ts"
import { forge } from "../../support.ts"
import { type Commit, repositoryOf } from "../../support/history.ts"

export const specForge = () => WorkspaceStore.layer.pipe(Layer.provideMerge(forge()))

let made = 0

/** A repository with this on `main`, under a name that no other test has. */
export const repositoryWith = Effect.fnUntraced(function* (
  files: Commit["files"] = { "a.txt": "one\n" },
  more: ReadonlyArray<Commit> = []
) {
  const git = yield* repositoryOf({ on: "main", from: null, files }, ...more)
  const name = `steps/${made++}`
  const { id } = yield* registerRepository({ name, path: git.path })
  return { id, name, path: git.path, git }
})

/** Written as JSON, of which YAML is more. */
export const specText = (spec: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    {
      name: "a-spec",
      changesetTemplate: { title: "Change", branch: "change", commit: { message: "Change" } },
      ...spec
    },
    undefined,
    2
  )

/** A row of `batch_specs`, and its spec. */
export const saveSpec = Effect.fnUntraced(function* (source: string) {
  const { run } = yield* Database
  const spec = yield* parseBatchSpec(source)
  const [namespace] = yield* run((db) =>
    db
      .insert(namespaces)
      .values({ kind: "organisation", name: `specs-${made++}` })
      .returning()
  )
  const [row] = yield* run((db) =>
    db.insert(batchSpecs).values({ namespaceId: namespace!.id, source, spec }).returning()
  )
  return { batchSpecId: row!.id, spec }
})

/** Its workspaces wait. */
export const queueSpec = Effect.fnUntraced(function* (source: string, actorId?: ActorId) {
  const { batchSpecId, spec } = yield* saveSpec(source)
  const resolved = yield* resolveWorkspaces(spec, { actorId, source })
  yield* enqueueWorkspaces({ batchSpecId, workspaces: resolved.workspaces })
  return { batchSpecId, resolved }
})

/** What came of every workspace. */
export const runSpec = Effect.fnUntraced(function* (source: string, options: Omit<ExecuteSpec, "batchSpecId"> = {}) {
  const { batchSpecId } = yield* queueSpec(source)
  const progress = yield* executeSpec({ batchSpecId, ...options })
  const all = yield* listWorkspaces({ batchSpecId })
  const results = yield* readWorkspaceResults({ batchSpecId })
  return { batchSpecId, progress, all, results }
})

/** Of a spec that has one workspace: its row, and what came of it. */
export const runOne = Effect.fnUntraced(function* (source: string, options: Omit<ExecuteSpec, "batchSpecId"> = {}) {
  const { all, batchSpecId, results } = yield* runSpec(source, options)
  return { batchSpecId, row: all[0]!, result: results[0]?.result, diff: Buffer.from(results[0]?.diff ?? []) }
})
