/**
 * Brings the branch to what the spec wants. The intent is committed before the host hears of the push; where people move
 * the branch meanwhile there are several, of which the last counts.
 */
import { Database, type DatabaseError, DatabaseUnavailable, LeaseLost, StatementRejected } from "@drover/core"
import { inArray } from "drizzle-orm"
import { Effect, Ref } from "effect"
import { changesetSpecs } from "../../../schema/batchSpecs.ts"
import { ChangesetSpecMissing } from "../../changesets/ChangesetError.ts"
import { recordChangesetEvents } from "../../changesets/recordChangesetEvent.ts"
import { hostRepository } from "../../host/CodeHosts.ts"
import { pushChangeset } from "../../push/pushChangeset.ts"
import type { PushError, PushOutcome } from "../../push/Push.ts"
import type { PushIntent } from "../../push/PushIntent.ts"
import { hearArchived, saysArchived, stepFailed } from "../failStep.ts"
import { ChangesetIncomplete, NeedsAttention, RepositoryArchived } from "../ReconcileError.ts"
import { refuseTwin } from "../refuseTwin.ts"
import { type Changed, type Run, writeOwn } from "../Run.ts"
import { StepBoundary } from "../StepBoundary.ts"
import { beginStep, endStep } from "../stepLog.ts"

export const push = Effect.fnUntraced(function* (run: Run) {
  const { changeset, repository } = run
  const { transaction } = yield* Database
  if (repository.archivedAt !== null) return yield* refuseArchived(run)
  yield* refuseTwin(run)
  const specs = yield* readSpecs(run)
  const host = yield* run.host
  const reached = yield* StepBoundary
  const at = (boundary: Parameters<typeof reached>[0]["boundary"]) =>
    reached({ changesetId: changeset.id, operation: "push", boundary })

  const open = yield* Ref.make<number | undefined>(undefined)
  /** Ends the row of the push that is under way, if one is. */
  const end = (failure?: string) =>
    Effect.flatMap(Ref.get(open), (step) => (step === undefined ? Effect.void : endStep(step, failure)))
  const before = Effect.fnUntraced(function* (intent: PushIntent) {
    yield* at("before")
    yield* end("the branch moved meanwhile")
    yield* Ref.set(open, yield* beginStep(run, "push", intent))
    yield* at("begun")
  })
  const fail = Effect.fnUntraced(function* (error: PushError | LeaseLost) {
    if (isOwn(error)) return yield* Effect.fail(error)
    yield* transaction(Effect.andThen(saysArchived(error) ? hearArchived(run) : Effect.void, end(error.message)))
    return yield* stepFailed("push", error)
  })
  const outcome = yield* pushChangeset({
    host,
    repository: hostRepository(repository),
    changeset,
    ...specs,
    before
  }).pipe(Effect.catch(fail))
  if (outcome._tag === "Attention") {
    yield* end("the branch moved meanwhile")
    return yield* new NeedsAttention({ reason: outcome.reason })
  }
  if (outcome._tag === "Pushed") yield* at("acted")
  yield* transaction(Effect.andThen(keep(run, outcome), end()))
  if (outcome._tag === "Pushed") yield* at("ended")
  return { pushed: outcome._tag === "Pushed" } satisfies Changed
})

/** A lost lease and the database's errors speak for themselves; all else is what the host and git said. */
const isOwn = (error: { readonly _tag: string }): error is LeaseLost | DatabaseError =>
  error instanceof LeaseLost || error instanceof DatabaseUnavailable || error instanceof StatementRejected

const refuseArchived = Effect.fnUntraced(function* (run: Run) {
  const { transaction } = yield* Database
  yield* transaction(hearArchived(run))
  return yield* new RepositoryArchived({ repository: run.repository.name })
})

/** With their diffs. Served by the primary key. */
const readSpecs = Effect.fnUntraced(function* ({ changeset, current, previous }: Run) {
  const { run } = yield* Database
  if (current === undefined || current.kind === "import") {
    return yield* new ChangesetIncomplete({ changesetId: changeset.id, operation: "push", missing: "spec" })
  }
  const ids = [current.id, ...(previous === undefined ? [] : [previous.id])]
  const rows = yield* run((db) => db.select().from(changesetSpecs).where(inArray(changesetSpecs.id, ids)))
  const spec = rows.find(({ id }) => id === current.id)
  if (spec === undefined) {
    return yield* new ChangesetSpecMissing({ changesetId: changeset.id, specId: current.id, which: "current" })
  }
  const previousSpec = rows.find(({ id, kind }) => id === previous?.id && kind === "branch")
  // what was reserved for the changeset is what is pushed to, whatever the spec was made for
  return { spec: { ...spec, headRef: changeset.headRef }, previousSpec }
})

/** What the branch is at, and who put it there. */
const keep = Effect.fnUntraced(function* (
  { changeset, claim, owner }: Run,
  outcome: Exclude<PushOutcome, { readonly _tag: "Attention" }>
) {
  yield* writeOwn(claim, { builtSha: outcome.built, pushedSha: outcome.pushed, attention: null })
  if (outcome._tag === "UpToDate" && outcome.pushed === changeset.pushedSha) return
  yield* recordChangesetEvents([
    {
      changesetId: changeset.id,
      kind: "pushed",
      key: outcome.pushed,
      actorId: owner?.lastApplierId,
      payload: { commit: outcome.pushed, how: outcome._tag === "Pushed" ? outcome.how : "found" }
    }
  ])
})
