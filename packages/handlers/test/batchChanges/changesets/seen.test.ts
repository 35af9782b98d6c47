import type { HostPullRequest } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { enqueueChangesets } from "../../../src/batchChanges/changesets/enqueueChangesets.ts"
import { markDeleted } from "../../../src/batchChanges/changesets/markDeleted.ts"
import { saveSeen } from "../../../src/batchChanges/changesets/saveSeen.ts"
import { reconcileChangeset } from "../../../src/batchChanges/reconciler/reconcileChangeset.ts"
import { execute } from "../../support/plans.ts"
import { untilBlocked } from "../../support/queue.ts"
import { batchForge, claimOf, publishedScene, respec, rowOf, scene, toldOf } from "../support/world.ts"

const pull = (at: string, change: Partial<HostPullRequest> = {}): HostPullRequest => ({
  externalId: "1",
  url: null,
  title: "Add b",
  body: "",
  baseRef: "main",
  headRef: "drover/b",
  baseSha: null,
  headSha: null,
  state: "open",
  draft: false,
  mergeableState: "unknown",
  conflictedPaths: [],
  checkState: "expected",
  reviewState: null,
  labels: [],
  mergeCommitSha: null,
  archived: false,
  updatedAt: new Date(at),
  ...change
})

/** Sees these, one after the other; gives what was told. */
const seeing = Effect.fnUntraced(function* (...pulls: ReadonlyArray<HostPullRequest>) {
  const { id } = yield* scene()
  const written = yield* Effect.forEach(pulls, (pullRequest) => saveSeen({ changesetId: id, pullRequest }))
  return { written, row: yield* rowOf(id), told: yield* toldOf(id) }
})

layer(batchForge(), { excludeTestServices: true })("what is seen of a pull request", (it) => {
  it.effect("is kept, and what changed is told", () =>
    Effect.gen(function* () {
      const { row, told } = yield* seeing(
        pull("2030-01-01", { draft: true }),
        pull("2030-01-02"),
        pull("2030-01-03", { title: "Another", checkState: "failure", reviewState: "approved", baseRef: "next" }),
        pull("2030-01-04", { title: "Another", checkState: "failure", reviewState: "approved", state: "closed" }),
        pull("2030-01-05", { state: "open" }),
        pull("2030-01-06", { state: "merged", mergeCommitSha: "m" })
      )

      assert.deepInclude(row, { externalState: "merged", mergeCommitSha: "m", externalTitle: "Add b" })
      assert.deepStrictEqual(told, [
        "draft",
        "ready",
        "retargeted",
        "edited",
        "checks",
        "reviews",
        "closed",
        "retargeted",
        "reopened",
        "edited",
        "checks",
        "reviews",
        "merged"
      ])
    })
  )

  it.effect("is told once, however often it is seen", () =>
    Effect.gen(function* () {
      const { told, written } = yield* seeing(pull("2030-01-01"), pull("2030-01-01"), pull("2030-01-01"))
      assert.deepStrictEqual(told, ["published"])
      assert.deepStrictEqual(written, [true, true, true])
    })
  )

  it.effect("is not written over what is newer", () =>
    Effect.gen(function* () {
      const { row, told, written } = yield* seeing(pull("2030-01-02", { state: "closed" }), pull("2030-01-01"))
      assert.deepStrictEqual(written, [true, false])
      assert.deepInclude(row, { externalState: "closed" })
      assert.deepStrictEqual(told, ["closed"])
    })
  )

  it.effect("of a repository that is archived, and then no longer so, is told", () =>
    Effect.gen(function* () {
      const { row, told } = yield* seeing(
        pull("2030-01-01"),
        pull("2030-01-02", { archived: true }),
        pull("2030-01-03")
      )
      assert.deepInclude(row, { externalState: "open" })
      assert.deepStrictEqual(told, ["published", "readonly", "reopened"])
    })
  )

  it.effect("may be that it is gone, which is told once", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      yield* markDeleted(id)
      yield* markDeleted(id)
      assert.deepInclude(yield* rowOf(id), { externalState: "deleted" })
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published", "deleted"])
    })
  )

  it.effect("while the reconciler works survives its completion, as does what is asked for", () =>
    Effect.gen(function* () {
      const made = yield* scene()
      const claim = yield* claimOf(made.id)
      const next = yield* respec(made, { title: "Another" })
      yield* saveSeen({
        changesetId: made.id,
        pullRequest: pull("2090-01-01", { labels: ["urgent"], title: "Edited" })
      })
      yield* enqueueChangesets({ changesetIds: [made.id] })

      yield* reconcileChangeset(claim)

      // the newest that was seen stays, and the newest spec is still to be reached
      assert.deepInclude(yield* rowOf(made.id), {
        reconcilerState: "queued",
        runAgain: false,
        externalTitle: "Edited",
        labels: ["urgent"],
        currentSpecId: next.id
      })
    })
  )

  it.effect("that asks for another spec after the plan was made leaves the previous one as it was", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const claim = yield* claimOf(made.id)
      const held = yield* Database.use(({ begin }) => begin)
      // whoever applies holds the row while the attempt, which has planned already, comes to its end
      const next = yield* held.use(respec(made, { title: "Another" }))
      const reconciling = yield* Effect.forkChild(reconcileChangeset(claim))
      yield* untilBlocked
      yield* held.use(enqueueChangesets({ changesetIds: [made.id] }))
      yield* held.commit
      yield* Fiber.join(reconciling)

      assert.deepInclude(yield* rowOf(made.id), {
        reconcilerState: "queued",
        currentSpecId: next.id,
        previousSpecId: made.current.id
      })
    })
  )

  it.effect("and was told stays told: events are only ever added", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      for (const change of ["kind = 'merged'", "key = 'x'", "payload = '{}'", "created_at = now()"]) {
        const error = yield* Effect.flip(execute(`update changeset_events set ${change} where changeset_id = ${id}`))
        assert.deepInclude(error, { _tag: "StatementRejected", retryable: false })
        assert.match(error.message, /only ever added/)
      }
      // whoever did it may be gone
      yield* execute(`update changeset_events set actor_id = null where changeset_id = ${id}`)
    })
  )
})
