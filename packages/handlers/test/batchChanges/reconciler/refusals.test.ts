import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { batchChanges } from "../../../src/schema/batchChanges.ts"
import { repositories } from "../../../src/schema/repositories.ts"
import { answer, archived, calls, ControlledHosts, unavailable } from "../support/ControlledHosts.ts"
import {
  archivedAt,
  batchChange,
  batchForge,
  changeset,
  failing,
  publishedScene,
  reconcile,
  respec,
  rowOf,
  scene,
  spec,
  stepsOf
} from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  for (const [call, step, state] of [
    ["push", "push", "unpublished"],
    ["create", "publish", "unpublished"],
    ["update", "update", "published"]
  ] as const) {
    it.effect(`stops for good where ${call} finds the repository archived`, () =>
      Effect.gen(function* () {
        const made = yield* call === "update" ? publishedScene() : scene()
        if (call === "update") yield* respec(made, { title: "Another" })
        yield* answer(call, archived)

        const error = yield* failing(made.id)

        assert.deepInclude(error, { _tag: "StepFailed", operation: step, error: "ArchivedOnHost", retryable: false })
        assert.deepInclude(yield* rowOf(made.id), { publication: state, externalState: "readonly" })
        assert.isNotNull(yield* archivedAt(made.repositoryId))
        assert.strictEqual((yield* stepsOf(made.id)).at(-1), `${step} failed`)
      })
    )
  }

  it.effect("pushes nothing to a repository that is known to be archived", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* scene()
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(repositories)
            .set({ archivedAt: new Date(0) })
            .where(eq(repositories.id, repositoryId))
        )
      )

      const error = yield* failing(id)

      assert.deepInclude(error, { _tag: "RepositoryArchived", retryable: false })
      assert.match(error.message, /^cannot push to an archived repo/)
      assert.deepStrictEqual(yield* calls, [])
    })
  )

  it.effect("tries again after a push that failed, and says what it was doing", () =>
    Effect.gen(function* () {
      const { id } = yield* scene()
      yield* answer("push", unavailable)

      const error = yield* failing(id)

      assert.deepInclude(error, { _tag: "StepFailed", retryable: true })
      assert.match(error.message, /^pushing commit: .*it is on fire/)
      assert.deepStrictEqual(yield* stepsOf(id), ["push failed"])
      assert.deepInclude(yield* rowOf(id), { previousFailureMessage: error.message, publication: "unpublished" })
    })
  )

  it.effect("acts as whoever applied the batch change last", () =>
    Effect.gen(function* () {
      const { id, owner } = yield* scene()
      yield* Database.use(({ run }) =>
        run((db) => db.update(batchChanges).set({ lastApplierId: owner.userId }).where(eq(batchChanges.id, owner.id)))
      )

      const error = yield* failing(id)

      const { subjects } = yield* ControlledHosts
      assert.deepStrictEqual(subjects, [{ _tag: "Changeset", lastApplierId: owner.userId }])
      // who has no role in the repository
      assert.deepInclude(error, { _tag: "StepFailed", retryable: false })
    })
  )

  it.effect("refuses a branch that another batch change has", () =>
    Effect.gen(function* () {
      const first = yield* publishedScene()
      const other = yield* batchChange()
      const { id: currentSpecId } = yield* spec({ base: first.base, id: first.repositoryId }, { content: "other" })
      const id = yield* changeset({ repositoryId: first.repositoryId, ownerId: other.id, currentSpecId })

      const error = yield* failing(id)

      assert.deepInclude(error, { _tag: "DuplicateBranch", otherId: first.id, retryable: false })
      assert.match(error.message, /^cannot create changeset on the same branch in multiple batch changes/)
      assert.deepStrictEqual(yield* calls, [])
    })
  )

  it.effect("gives a branch that two unpublished changesets want to the first", () =>
    Effect.gen(function* () {
      const first = yield* scene()
      const other = yield* batchChange()
      const { id: currentSpecId } = yield* spec({ base: first.base, id: first.repositoryId }, { content: "other" })
      const second = yield* changeset({ repositoryId: first.repositoryId, ownerId: other.id, currentSpecId })

      assert.deepInclude(yield* failing(second), { _tag: "DuplicateBranch", otherId: first.id })
      yield* reconcile(first.id)

      assert.deepInclude(yield* rowOf(first.id), { publication: "published" })
    })
  )
})
