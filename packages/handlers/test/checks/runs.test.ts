import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  type CheckRunFields,
  createRun,
  createStatus,
  createSuite,
  findRun,
  findSuite,
  listRuns,
  listSuites,
  recomputeReviews,
  rerequestRun,
  rerequestSuite,
  updateRun
} from "../../src/index.ts"
import { forge } from "../support.ts"
import { peopledScene, toldNames, waitingFor } from "../support/people.ts"
import { noJobs } from "../support/queue.ts"

const rollupOf = (id: number) => Effect.map(recomputeReviews(id), (computed) => computed?.standing.checkRollup)

const checked = Effect.gen(function* () {
  const made = yield* peopledScene()
  const { repositoryId, writer } = made
  const sha = yield* made.tip("feature")
  const own = { repositoryId, headSha: sha, actorId: writer.id }
  return {
    ...made,
    sha,
    own,
    start: (name: string, fields: CheckRunFields = {}) => createRun({ ...own, name, ...fields })
  }
})

layer(forge(), { excludeTestServices: true })("a check run", (it) => {
  it.effect("is noted as started and ended when it is told so, and weighs with the statuses", () =>
    Effect.gen(function* () {
      const { id, own, start } = yield* checked
      const { actorId } = own
      const queued = yield* start("build")
      assert.deepInclude(queued, { status: "queued", conclusion: null, startedAt: null, completedAt: null })

      const running = yield* updateRun({ runId: queued.id, status: "in_progress", actorId })
      assert.instanceOf(running.startedAt, Date)
      assert.isNull(running.completedAt)
      assert.strictEqual(yield* rollupOf(id), "pending")

      const done = yield* updateRun({ runId: queued.id, conclusion: "success", summary: "All well", actorId })
      assert.deepInclude(done, { status: "completed", conclusion: "success", startedAt: running.startedAt })
      assert.instanceOf(done.completedAt, Date)
      assert.strictEqual(yield* rollupOf(id), "success")
      // what is left out stays
      assert.deepInclude(yield* updateRun({ runId: queued.id, title: "Built", actorId }), {
        ...done,
        title: "Built",
        summary: "All well"
      })

      yield* createStatus({ ...own, sha: own.headSha, state: "failure", context: "lint" })
      assert.strictEqual(yield* rollupOf(id), "failure")
    })
  )

  it.effect("that is done when it is first told of has started and ended", () =>
    Effect.gen(function* () {
      const { start } = yield* checked
      const run = yield* start("build", { conclusion: "skipped" })
      assert.instanceOf(run.startedAt, Date)
      assert.instanceOf(run.completedAt, Date)
    })
  )

  it.effect("counts in its latest attempt, whatever the earlier ones were", () =>
    Effect.gen(function* () {
      const { id, start } = yield* checked
      yield* start("build", { conclusion: "failure" })
      yield* start("lint", { conclusion: "neutral" })
      assert.strictEqual(yield* rollupOf(id), "failure")
      yield* start("build", { conclusion: "success" })
      assert.strictEqual(yield* rollupOf(id), "success")
      yield* start("build")
      assert.strictEqual(yield* rollupOf(id), "pending")
    })
  )

  it.effect("goes back to the queue when it is asked for again", () =>
    Effect.gen(function* () {
      const { own, repositoryId, start } = yield* checked
      const { id: runId } = yield* start("build", { conclusion: "failure" })

      const again = yield* rerequestRun({ runId, actorId: own.actorId })

      assert.deepInclude(again, { id: runId, status: "queued", conclusion: null, startedAt: null, completedAt: null })
      assert.deepStrictEqual(yield* toldNames(repositoryId, "check_run"), [
        "check_run completed",
        "check_run rerequested"
      ])
    })
  )

  it.effect("has a conclusion when it is completed, and only then", () =>
    Effect.gen(function* () {
      const { own, start } = yield* checked
      const { id: runId } = yield* start("build")
      for (const wrong of [
        { status: "completed" },
        { status: "in_progress", conclusion: "success" },
        { title: "x".repeat(256) },
        { detailsUrl: "ftp://127.0.0.1/x" }
      ] as ReadonlyArray<CheckRunFields>) {
        assert.strictEqual((yield* Effect.flip(start("build", wrong)))._tag, "CheckRejected")
        const error = yield* Effect.flip(updateRun({ runId, actorId: own.actorId, ...wrong }))
        assert.strictEqual(error._tag, "CheckRejected")
      }
      assert.strictEqual((yield* Effect.flip(start(" ")))._tag, "CheckRejected")
    })
  )

  it.effect("takes write access, and is seen by those who may read", () =>
    Effect.gen(function* () {
      const { own, reader, start, stranger } = yield* checked
      const { id: runId } = yield* start("build")
      const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
      const { id: actorId } = reader

      assert.strictEqual(yield* tagOf(createRun({ ...own, name: "x", actorId })), "Forbidden")
      assert.strictEqual(yield* tagOf(updateRun({ runId, status: "in_progress", actorId })), "Forbidden")
      assert.strictEqual(yield* tagOf(rerequestRun({ runId, actorId })), "Forbidden")
      assert.strictEqual((yield* findRun({ runId, actorId: reader.id })).name, "build")
      assert.strictEqual(yield* tagOf(findRun({ runId, actorId: stranger.id })), "CheckNotFound")
      assert.strictEqual(yield* tagOf(updateRun({ runId: 9_999_999, actorId: own.actorId })), "CheckNotFound")
    })
  )

  it.effect("has the pull requests with that head computed, at every change", () =>
    Effect.gen(function* () {
      const { id, own, start } = yield* checked
      const computed = Effect.tap(waitingFor("recompute_review_decision"), () => noJobs)
      yield* noJobs
      const { id: runId, suiteId } = yield* start("build")
      assert.deepStrictEqual(yield* computed, [id])
      yield* updateRun({ runId, conclusion: "success", actorId: own.actorId })
      assert.deepStrictEqual(yield* computed, [id])
      yield* rerequestRun({ runId, actorId: own.actorId })
      assert.deepStrictEqual(yield* computed, [id])
      yield* rerequestSuite({ suiteId, actorId: own.actorId })
      assert.deepStrictEqual(yield* computed, [id])
    })
  )

  it.effect("is listed by its latest attempt, or all of them, by name, status and page", () =>
    Effect.gen(function* () {
      const { repositoryId, sha, start } = yield* checked
      yield* start("build", { conclusion: "failure" })
      const latest = yield* start("build", { conclusion: "success" })
      yield* start("test")
      const list = (filter: Omit<Parameters<typeof listRuns>[0], "repositoryId" | "sha">) =>
        Effect.map(listRuns({ repositoryId, sha, ...filter }), ({ items, total }) => [total, items.length])

      assert.deepStrictEqual(yield* list({}), [2, 2])
      assert.deepStrictEqual(yield* list({ filter: "all" }), [3, 3])
      assert.deepStrictEqual(yield* list({ name: "test" }), [1, 1])
      assert.deepStrictEqual(yield* list({ status: "queued" }), [1, 1])
      assert.deepStrictEqual(yield* list({ filter: "all", perPage: 1, page: 2 }), [3, 1])
      assert.deepStrictEqual(yield* list({ name: "nothing" }), [0, 0])
      assert.deepStrictEqual((yield* listRuns({ repositoryId, sha, name: "build" })).items, [latest])
    })
  )
})

layer(forge(), { excludeTestServices: true })("a check suite", (it) => {
  it.effect("is one for a program and a commit, and has the runs", () =>
    Effect.gen(function* () {
      const { own, sha, repositoryId, start } = yield* checked
      const [first, second] = yield* Effect.all([createSuite(own), createSuite(own)], { concurrency: 2 })
      const other = yield* createSuite({ ...own, app: "linter" })

      assert.strictEqual(first.id, second.id)
      assert.notStrictEqual(other.id, first.id)
      assert.strictEqual((yield* start("build")).suiteId, first.id)
      assert.sameMembers(
        (yield* listSuites({ repositoryId, sha })).map(({ id }) => id),
        [first.id, other.id]
      )
    })
  )

  it.effect("is what its latest runs come to, and is told once all are done", () =>
    Effect.gen(function* () {
      const { own, repositoryId, start } = yield* checked
      const { id: suiteId } = yield* createSuite(own)
      const state = Effect.map(findSuite({ suiteId }), ({ conclusion, status }) => `${status} ${conclusion}`)

      assert.strictEqual(yield* state, "queued null")
      const build = yield* start("build")
      assert.strictEqual(yield* state, "queued null")
      yield* start("lint", { conclusion: "failure" })
      assert.strictEqual(yield* state, "in_progress null")
      assert.deepStrictEqual(yield* toldNames(repositoryId, "check_suite"), [])
      yield* updateRun({ runId: build.id, conclusion: "cancelled", actorId: own.actorId })
      assert.strictEqual(yield* state, "completed failure")
      yield* start("lint", { conclusion: "success" })
      assert.strictEqual(yield* state, "completed cancelled")
      assert.deepStrictEqual(yield* toldNames(repositoryId, "check_suite"), [
        "check_suite completed",
        "check_suite completed"
      ])
    })
  )

  describe("that is asked for again", () => {
    it.effect("has its latest runs in the queue, without a conclusion", () =>
      Effect.gen(function* () {
        const { own, reader, repositoryId, sha, start } = yield* checked
        const old = yield* start("build", { conclusion: "failure" })
        yield* start("build", { conclusion: "success" })
        const { suiteId } = yield* start("lint", { conclusion: "success" })

        const refused = yield* Effect.flip(rerequestSuite({ suiteId, actorId: reader.id }))
        assert.strictEqual(refused._tag, "Forbidden")
        assert.deepInclude(yield* rerequestSuite({ suiteId, actorId: own.actorId }), {
          status: "queued",
          conclusion: null
        })

        const { items } = yield* listRuns({ repositoryId, sha })
        assert.deepStrictEqual(
          items.map(({ conclusion, status }) => [status, conclusion]),
          [
            ["queued", null],
            ["queued", null]
          ]
        )
        assert.strictEqual((yield* findRun({ runId: old.id })).conclusion, "failure")
        assert.include(yield* toldNames(repositoryId), "check_suite rerequested")
      })
    )
  })
})
