import { assert, layer } from "@effect/vitest"
import { ArchivedOnHost, NotMergeableOnHost } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations, changesets } from "../../../src/index.ts"
import { repositoryById } from "../../../src/repositories/findRepository.ts"
import type { BulkOperation } from "../../../src/batchChanges/index.ts"
import { changesetRow } from "../../support/batchChanges.ts"
import {
  bulk,
  dueNow,
  happened,
  jobOf,
  oneChangeset,
  perform,
  performWritten,
  type Scene,
  work
} from "../../support/bulk.ts"
import { MemoryHost } from "../../support/MemoryHost.ts"

const associationOf = ({ one }: Scene) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(changesetAssociations)),
      (rows) => rows.find(({ changesetId }) => changesetId === one.id)
    )
  )

const pullOf = ({ one }: Scene) => Effect.map(MemoryHost, (memory) => memory.pull(one.repository, one.externalId))
const askedOf = ({ one }: Scene) => Effect.map(MemoryHost, (memory) => memory.askedOf(one.what))

layer(bulk(), { excludeTestServices: true })("A bulk job", (it) => {
  it.effect("of an unknown type fails at once, says so, and keeps nobody waiting", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const job = yield* performWritten(scene, { jobType: "levitate" })
      assert.deepInclude(job, { state: "failed", failureMessage: 'invalid job type "levitate"', attempt: 1 })
      assert.isEmpty(yield* askedOf(scene))
      assert.deepInclude(yield* perform(scene, { type: "sync" }), { state: "completed" })
    })
  )

  it.effect("with a payload of another shape fails at once, and says so", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const job = yield* performWritten(scene, { jobType: "merge", payload: { method: "octopus" } })
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.match(job.failureMessage ?? "", /^invalid payload of a job of type "merge": .*squash/su)
      assert.isEmpty(yield* askedOf(scene))
    })
  )

  it.effect("waits for a changeset that is being reconciled, and asks the host nothing", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ columns: { reconcilerState: "processing" } })
      for (const operation of [{ type: "close" }, { type: "publish", draft: false }] satisfies Array<BulkOperation>) {
        const job = yield* perform(scene, operation)
        assert.deepInclude(job, {
          state: "errored",
          failureMessage: "cannot update a changeset that is currently being processed; will retry"
        })
      }
      assert.isEmpty(yield* askedOf(scene))
      assert.isNull((yield* changesetRow(scene.one.id)).uiPublication)
    })
  )

  it.effect("comments, and tells it", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const job = yield* perform(scene, { type: "comment", message: "Please have a look" })
      assert.deepInclude(job, { state: "completed", jobType: "comment" })
      const { comments } = yield* MemoryHost
      assert.deepStrictEqual(
        comments.filter(({ on }) => on === scene.one.what),
        [{ on: scene.one.what, body: "Please have a look", key: `bulk-${job.bulkOperationId}-${scene.one.id}` }]
      )
      assert.deepStrictEqual(yield* happened(scene.one.id), [`commented by ${scene.actorId}`])
    })
  )

  it.effect("that the predecessor stored as commentatore is a comment", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      yield* performWritten(scene, { jobType: "commentatore", payload: { message: "Old" } })
      const { comments } = yield* MemoryHost
      assert.deepStrictEqual(
        comments.filter(({ on }) => on === scene.one.what).map(({ body }) => body),
        ["Old"]
      )
    })
  )

  it.effect("detaches: the association says so, and the reconciler is told, whatever it did before", () =>
    Effect.gen(function* () {
      for (const reconcilerState of ["completed", "failed", "errored", "scheduled"] as const) {
        const scene = yield* oneChangeset({ columns: { reconcilerState, failureMessage: "it rained" } })
        const job = yield* performWritten(scene, { jobType: "detach" })
        assert.deepInclude(job, { state: "completed" })
        assert.deepInclude(yield* associationOf(scene), { detach: true })
        assert.deepInclude(yield* changesetRow(scene.one.id), {
          reconcilerState: "queued",
          failureMessage: null,
          previousFailureMessage: "it rained"
        })
      }
    })
  )

  it.effect("detaches what is attached no more without a word", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      yield* Database.use(({ run }) => run((db) => db.delete(changesetAssociations)))
      assert.deepInclude(yield* performWritten(scene, { jobType: "detach" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { reconcilerState: "completed" })
    })
  )

  it.effect("enqueues a changeset again that failed, with its failure kept as the previous one", () =>
    Effect.gen(function* () {
      for (const reconcilerState of ["failed", "canceled"] as const) {
        const scene = yield* oneChangeset({
          columns: { reconcilerState, failureMessage: "it rained", numFailures: 60, numResets: 2 }
        })
        assert.deepInclude(yield* perform(scene, { type: "reenqueue" }), { state: "completed" })
        assert.deepInclude(yield* changesetRow(scene.one.id), {
          reconcilerState: "queued",
          failureMessage: null,
          previousFailureMessage: "it rained",
          numFailures: 0,
          numResets: 0
        })
      }
    })
  )

  it.effect("enqueues no changeset again that has not failed", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      assert.deepInclude(yield* performWritten(scene, { jobType: "reenqueue" }), {
        state: "failed",
        failureMessage: "cannot re-enqueue changeset not in failed state"
      })
    })
  )

  it.effect("merges as it is told to, and saves what the host then shows, and nothing else", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ columns: { uiPublication: "draft", closing: false } })
      const before = yield* changesetRow(scene.one.id)
      const job = yield* perform(scene, { type: "merge", method: "squash", title: "All of it" })
      assert.deepInclude(job, { state: "completed", expectedHead: "head" })
      assert.deepInclude(yield* pullOf(scene), { state: "merged", mergeCommitSha: "squash of All of it" })
      const after = yield* changesetRow(scene.one.id)
      assert.deepInclude(after, { externalState: "merged", mergeCommitSha: "squash of All of it" })
      for (const column of [
        "reconcilerState",
        "attempt",
        "turn",
        "uiPublication",
        "ownerId",
        "currentSpecId"
      ] as const) {
        assert.strictEqual(after[column], before[column])
      }
      assert.deepStrictEqual(yield* happened(scene.one.id), [`merged by ${scene.actorId}`])
    })
  )

  it.effect("merges no head that whoever asked has not seen", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.alter(scene.one.repository, scene.one.externalId, { headSha: "later" })
      const job = yield* perform(scene, { type: "merge", method: "merge" })
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.match(job.failureMessage ?? "", /cannot be merged.*head moved/u)
      assert.deepInclude(yield* pullOf(scene), { state: "open" })
    })
  )

  it.effect("merges what becomes of a changeset that is being worked on when it is asked for", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ columns: { reconcilerState: "queued" } })
      const memory = yield* MemoryHost
      const { bulkOperationId, ...job } = yield* perform(scene, { type: "merge", method: "merge" })
      assert.deepInclude(job, {
        state: "errored",
        expectedHead: null,
        failureMessage: "the changeset is still being worked on; will retry"
      })
      assert.isEmpty(yield* askedOf(scene))
      memory.alter(scene.one.repository, scene.one.externalId, { headSha: "built" })
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(changesets)
            .set({ reconcilerState: "completed", externalHeadSha: "built" })
            .where(eq(changesets.id, scene.one.id))
        )
      )
      yield* dueNow
      yield* work
      assert.deepInclude(yield* jobOf(bulkOperationId), { state: "completed" })
      assert.deepInclude(yield* pullOf(scene), { state: "merged" })
    })
  )

  it.effect("merges no changeset that failed meanwhile", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ columns: { reconcilerState: "failed" } })
      const job = yield* performWritten(scene, { jobType: "merge", payload: { method: "merge" } })
      assert.deepInclude(job, {
        state: "failed",
        failureMessage: "cannot merge a changeset that has failed: see why, and reenqueue it"
      })
      assert.isEmpty(yield* askedOf(scene))
    })
  )

  it.effect("takes a pull request that somebody has merged meanwhile for merged", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.alter(scene.one.repository, scene.one.externalId, { state: "merged", mergeCommitSha: "theirs" })
      assert.deepInclude(yield* perform(scene, { type: "merge", method: "merge" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "merged", mergeCommitSha: "theirs" })
    })
  )

  it.effect("closes, and reopens", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      assert.deepInclude(yield* perform(scene, { type: "close" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "closed" })
      assert.deepInclude(yield* perform(scene, { type: "reopen" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "open" })
      assert.deepStrictEqual(yield* askedOf(scene), ["close", "reopen"])
      assert.deepStrictEqual(yield* happened(scene.one.id), [
        `closed by ${scene.actorId}`,
        `reopened by ${scene.actorId}`
      ])
    })
  )

  it.effect("makes a draft again, which the reconciler then leaves one", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ columns: { uiPublication: "published" } })
      assert.deepInclude(yield* perform(scene, { type: "draft" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "draft", uiPublication: "draft" })
    })
  )

  it.effect("makes no draft of what its spec publishes", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset({ published: "true" })
      const job = yield* performWritten(scene, { jobType: "draft" })
      assert.deepInclude(job, { state: "failed" })
      assert.isEmpty(yield* askedOf(scene))
    })
  )

  it.effect("reads the pull request as it is now", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.alter(scene.one.repository, scene.one.externalId, { headSha: "later", checkState: "failure" })
      assert.deepInclude(yield* perform(scene, { type: "sync" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalHeadSha: "later", checkState: "failure" })
    })
  )

  it.effect("takes a pull request that is gone from its host for deleted when it reads it", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.remove(scene.one.repository, scene.one.externalId)
      assert.deepInclude(yield* perform(scene, { type: "sync" }), { state: "completed" })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "deleted" })
      assert.deepStrictEqual(yield* happened(scene.one.id), ["deleted by null"])
    })
  )

  it.effect("that a host refuses for an archived repository fails, and the repository is known to be", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      const { repository, repositoryId } = scene.one
      memory.intercept(() => Effect.fail(new ArchivedOnHost({ host: "memory", repository })))
      const job = yield* perform(scene, { type: "close" })
      memory.intercept((asked) => asked)
      assert.deepInclude(job, { state: "failed", attempt: 1 })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "readonly" })
      assert.isNotNull((yield* repositoryById(repositoryId)).archivedAt)
    })
  )

  it.effect("for a pull request that is gone fails, and it is known to be", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.remove(scene.one.repository, scene.one.externalId)
      assert.deepInclude(yield* perform(scene, { type: "close" }), { state: "failed", attempt: 1 })
      assert.deepInclude(yield* changesetRow(scene.one.id), { externalState: "deleted" })
    })
  )

  it.effect("waits for checks that are not done", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.intercept(() =>
        Effect.fail(
          new NotMergeableOnHost({
            host: "memory",
            repository: scene.one.repository,
            externalId: scene.one.externalId,
            reason: "checks pending",
            explanation: "the check is not done"
          })
        )
      )
      const job = yield* perform(scene, { type: "merge", method: "merge" })
      memory.intercept((asked) => asked)
      assert.deepInclude(job, { state: "errored" })
    })
  )

  it.effect("labels", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const memory = yield* MemoryHost
      memory.alter(scene.one.repository, scene.one.externalId, { labels: ["old", "kept"] })
      yield* perform(scene, { type: "label", add: ["new"], remove: ["old", "new"] })
      assert.deepInclude(yield* changesetRow(scene.one.id), { labels: ["kept", "new"] })
    })
  )

  for (const [what, options, message] of [
    ["an imported changeset", { imported: true }, "cannot publish an imported changeset"],
    [
      "a changeset whose spec says that it is not published",
      { published: "false" },
      "cannot publish a changeset that has a published value set in its changesetTemplate"
    ],
    [
      "a changeset whose spec says draft",
      { published: "draft" },
      "cannot publish a changeset that has a published value set in its changesetTemplate"
    ]
  ] as const) {
    it.effect(`never publishes ${what}`, () =>
      Effect.gen(function* () {
        const scene = yield* oneChangeset(options)
        const job = yield* performWritten(scene, { jobType: "publish", payload: { draft: false } })
        assert.deepInclude(job, { state: "failed", failureMessage: message, attempt: 1 })
        assert.deepInclude(yield* changesetRow(scene.one.id), { uiPublication: null, reconcilerState: "completed" })
      })
    )
  }

  it.effect("never publishes a changeset whose spec is gone", () =>
    Effect.gen(function* () {
      const scene = yield* oneChangeset()
      const { run, transaction } = yield* Database
      // the foreign key forbids it: as a restore of half a database would leave it
      yield* transaction(
        Effect.gen(function* () {
          yield* run((db) => db.execute("set local session_replication_role = replica"))
          yield* run((db) => db.update(changesets).set({ currentSpecId: 987_654_321 }))
        })
      )
      const job = yield* performWritten(scene, { jobType: "publish", payload: { draft: false } })
      assert.deepInclude(job, {
        state: "failed",
        failureMessage: "the changeset's spec 987654321 is gone: apply its batch change again"
      })
    })
  )

  for (const reconcilerState of ["completed", "errored", "failed", "queued", "scheduled"] as const) {
    for (const draft of [true, false]) {
      it.effect(`publishes ${draft ? "as a draft" : "for good"} what the reconciler has ${reconcilerState}`, () =>
        Effect.gen(function* () {
          const scene = yield* oneChangeset({ columns: { reconcilerState, failureMessage: "before" } })
          const job = yield* perform(scene, { type: "publish", draft })
          assert.deepInclude(job, { state: "completed" })
          assert.deepInclude(yield* changesetRow(scene.one.id), {
            uiPublication: draft ? "draft" : "published",
            reconcilerState: "queued",
            previousFailureMessage: "before"
          })
          assert.isEmpty(yield* askedOf(scene))
        })
      )
    }
  }
})
