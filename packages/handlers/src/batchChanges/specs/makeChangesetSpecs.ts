/**
 * Makes the changeset specs of a batch spec of what its steps gave.
 *
 * One transaction, with the batch spec's row held: whoever calls it twice, or at once, makes them once. What cannot be
 * proposed is collected and noted in the batch spec, and then nothing of it is proposed: half a batch change is
 * nobody's wish. Served by the primary keys and `batch_spec_workspaces_spec_idx`.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, count, eq, isNotNull } from "drizzle-orm"
import { Effect } from "effect"
import { signatureOf } from "../../merging/signatureOf.ts"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { batchSpecWorkspaces, changesetSpecs } from "../../schema/batchSpecs.ts"
import { combineDrafts } from "./combineDrafts.ts"
import type { ChangesetDraft } from "./ChangesetDraft.ts"
import type { BatchSpecRow, ChangesetSpecsMade } from "./BatchSpecRow.ts"
import { draftChangesets } from "./draftChangesets.ts"
import { joinDiffs } from "./diff/joinDiffs.ts"
import { endedWorkspaces, readFailures } from "./endedWorkspaces.ts"
import { BatchSpecFailed, BatchSpecUnfinished, BatchSpecUnknown, type SpecProblem } from "./SpecError.ts"

/** Repositories whose diffs are in memory together. */
const AT_ONCE = 20

/**
 * Fails with `BatchSpecUnfinished` while workspaces are at work, and with `BatchSpecFailed`, which has every reason,
 * where something cannot be proposed or steps failed: it may be called again once those were retried.
 *
 * @category operations
 */
export const makeChangesetSpecs = Effect.fn("BatchChanges.makeChangesetSpecs")(function* (batchSpecId: number) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const noted = (failure: string | null, completed: boolean) =>
    run((db) =>
      db
        .update(batchSpecs)
        .set({ failure, ...(completed ? { completedAt: clock } : {}) })
        .where(eq(batchSpecs.id, batchSpecId))
    )
  const made = transaction(
    Effect.gen(function* () {
      const spec = yield* lockBatchSpec(batchSpecId)
      if (spec.completedAt !== null) return { made: false, changesetSpecIds: yield* idsOf(batchSpecId) }
      yield* requireEnded(spec)
      yield* insertDrafts(spec)
      yield* noted(null, true)
      return { made: true, changesetSpecIds: yield* idsOf(batchSpecId) } satisfies ChangesetSpecsMade
    })
  )
  return yield* Effect.tapError(made, (error) =>
    error instanceof BatchSpecFailed ? noted(error.message, false) : Effect.void
  )
})

const lockBatchSpec = Effect.fnUntraced(function* (batchSpecId: number) {
  const { run } = yield* Database
  const [spec] = yield* run((db) =>
    db.select().from(batchSpecs).where(eq(batchSpecs.id, batchSpecId)).for("no key update")
  )
  return spec ?? (yield* new BatchSpecUnknown({ batchSpecId }))
})

const idsOf = Effect.fnUntraced(function* (batchSpecId: number) {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .select({ id: changesetSpecs.id })
      .from(changesetSpecs)
      .where(eq(changesetSpecs.batchSpecId, batchSpecId))
      .orderBy(asc(changesetSpecs.id))
  )
  return rows.map(({ id }) => id)
})

const requireEnded = Effect.fnUntraced(function* ({ id, resolvedAt }: BatchSpecRow) {
  const { run } = yield* Database
  const states = yield* run((db) =>
    db
      .select({ state: batchSpecWorkspaces.state, count: count() })
      .from(batchSpecWorkspaces)
      .where(eq(batchSpecWorkspaces.batchSpecId, id))
      .groupBy(batchSpecWorkspaces.state)
  )
  const working = states.filter(({ state }) => state === "queued" || state === "processing" || state === "errored")
  if (resolvedAt === null || working.length > 0) {
    const waiting = Object.fromEntries(working.map((each) => [each.state, each.count]))
    return yield* new BatchSpecUnfinished({ batchSpecId: id, waiting })
  }
  if (states.some(({ state }) => state !== "completed")) {
    return yield* new BatchSpecFailed({ batchSpecId: id, problems: yield* readFailures(id) })
  }
})

/** Some repositories at a time: the diffs of all of them need not be in memory at once. */
const insertDrafts = Effect.fnUntraced(function* (row: BatchSpecRow) {
  const { run } = yield* Database
  const { creatorId, id: batchSpecId, spec } = row
  const template = spec.changesetTemplate
  if (template === undefined) return
  const author = yield* signatureOf(creatorId ?? undefined)
  const problems: Array<SpecProblem> = []
  const repositories = yield* run((db) =>
    db
      .selectDistinct({ id: batchSpecWorkspaces.repositoryId })
      .from(batchSpecWorkspaces)
      .where(and(eq(batchSpecWorkspaces.batchSpecId, batchSpecId), isNotNull(batchSpecWorkspaces.result)))
      .orderBy(asc(batchSpecWorkspaces.repositoryId))
  )
  for (let at = 0; at < repositories.length; at += AT_ONCE) {
    const ids = repositories.slice(at, at + AT_ONCE).map(({ id }) => id)
    const ended = yield* endedWorkspaces(batchSpecId, ids)
    const drafted = ended.map((workspace) => draftChangesets(spec, template, author, workspace))
    const { drafts, problems: apart } = combineDrafts(drafted.flatMap((each) => each.drafts))
    problems.push(...drafted.flatMap((each) => each.problems), ...apart)
    if (problems.length > 0 || drafts.length === 0) continue
    yield* run((db) => db.insert(changesetSpecs).values(drafts.map((draft) => rowOf(row, draft))))
  }
  if (problems.length > 0) return yield* new BatchSpecFailed({ batchSpecId, problems })
})

const rowOf = (
  { creatorId, id }: BatchSpecRow,
  { files, published, ...draft }: ChangesetDraft
): typeof changesetSpecs.$inferInsert => ({
  repositoryId: draft.repositoryId,
  title: draft.title,
  body: draft.body,
  baseRef: draft.baseRef,
  headRef: draft.headRef,
  baseSha: draft.baseSha,
  commitMessage: draft.commitMessage,
  authorName: draft.authorName,
  authorEmail: draft.authorEmail,
  ...joinDiffs(files),
  batchSpecId: id,
  creatorId,
  kind: "branch",
  published: published === null ? null : (String(published) as "true" | "false" | "draft")
})
