import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { enqueueChangesets } from "../../../src/batchChanges/changesets/enqueueChangesets.ts"
import { reconcileChangeset } from "../../../src/batchChanges/reconciler/reconcileChangeset.ts"
import { closePullRequest } from "../../../src/index.ts"
import { pullRequests } from "../../../src/schema/pullRequests.ts"
import { changesetAssociations } from "../../../src/schema/changesets.ts"
import { calls, ControlledHosts } from "../support/ControlledHosts.ts"
import {
  alterAssociation,
  alterChangeset,
  associated,
  batchChange,
  batchForge,
  claimOf,
  publishedScene,
  pullsOf,
  reconcile,
  respec,
  rowOf,
  toldOf
} from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  it.effect("closes an open pull request, once", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      yield* alterChangeset(id, { closing: true })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, ["close"])
      assert.deepInclude(yield* rowOf(id), { closing: false, externalState: "closed", computedState: "closed" })
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published", "closed"])
    })
  )

  it.effect("asks for nothing to close what is closed", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      yield* alterChangeset(id, { closing: true, externalState: "closed" })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, [])
      assert.deepInclude(yield* rowOf(id), { closing: false, externalState: "closed", reconcilerState: "completed" })
    })
  )

  it.effect("reopens what its batch change wants", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* publishedScene()
      const [pull] = yield* pullsOf(repositoryId)
      yield* closePullRequest(pull!.id)
      yield* alterChangeset(id, { externalState: "closed" })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, ["tip", "reopen"])
      assert.deepInclude(yield* rowOf(id), { externalState: "open" })
      assert.strictEqual((yield* pullsOf(repositoryId))[0]?.state, "open")
    })
  )

  it.effect("pushes a branch that somebody deleted before it reopens", () =>
    Effect.gen(function* () {
      const { git, id, repositoryId } = yield* publishedScene()
      const tip = yield* git.tip("drover/b")
      const [pull] = yield* pullsOf(repositoryId)
      yield* closePullRequest(pull!.id)
      yield* git.deleteBranch("drover/b")
      yield* alterChangeset(id, { externalState: "closed" })

      yield* reconcile(id)

      assert.strictEqual(yield* git.tip("drover/b"), tip)
      assert.deepInclude(yield* rowOf(id), { externalState: "open", externalHeadSha: tip })
    })
  )

  it.effect("looks again where its host refuses an update, and reopens what somebody closed", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      const [pull] = yield* pullsOf(made.repositoryId)
      yield* closePullRequest(pull!.id)
      yield* respec(made, { title: "Another" })

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["update", "load", "tip", "reopen", "update"])
      assert.deepInclude(yield* rowOf(made.id), { externalState: "open", externalTitle: "Another" })
    })
  )

  it.effect("has nothing more to do where it finds that its pull request is gone", () =>
    Effect.gen(function* () {
      const made = yield* publishedScene()
      yield* respec(made, { title: "Another" })
      yield* Database.use(({ run }) =>
        run((db) => db.delete(pullRequests).where(eq(pullRequests.repositoryId, made.repositoryId)))
      )

      yield* reconcile(made.id)

      assert.deepStrictEqual(yield* calls, ["update", "load"])
      assert.deepInclude(yield* rowOf(made.id), { reconcilerState: "completed", externalState: "deleted" })
    })
  )

  it.effect("archives and closes what its batch change no longer makes", () =>
    Effect.gen(function* () {
      const { id, owner } = yield* publishedScene()
      yield* alterChangeset(id, { closing: true })
      yield* alterAssociation(id, { archive: true })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, ["close"])
      const [association] = yield* associated(id)
      assert.deepInclude(association, { batchChangeId: owner.id, archive: false, archived: true })
      assert.deepInclude(yield* rowOf(id), { externalState: "closed", closing: false })
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published", "archived", "closed"])
    })
  )

  it.effect("lets go of a changeset, needs no credential for that, and remembers that nobody has it", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      const hosts = yield* ControlledHosts
      yield* alterAssociation(id, { detach: true })

      yield* reconcile(id)

      assert.deepStrictEqual(hosts.subjects, [])
      assert.deepStrictEqual(yield* associated(id), [])
      assert.isNotNull((yield* rowOf(id)).detachedAt)
      assert.deepStrictEqual(yield* toldOf(id), ["pushed", "published", "detached"])
    })
  )

  it.effect("is done with what nobody has any more, though somebody wanted it looked at once more", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      yield* alterAssociation(id, { detach: true })
      const claim = yield* claimOf(id)
      yield* enqueueChangesets({ changesetIds: [id] })

      yield* reconcileChangeset(claim)

      assert.deepInclude(yield* rowOf(id), { reconcilerState: "completed", runAgain: false })
    })
  )

  it.effect("drops of several batch changes every one that lets go, and no other", () =>
    Effect.gen(function* () {
      const { id, owner } = yield* publishedScene()
      const others = [yield* batchChange(), yield* batchChange(), yield* batchChange()]
      yield* alterAssociation(id, { detach: true })
      const rest = { detach: true, changesetId: id }
      yield* Database.use(({ run }) =>
        run((db) =>
          db.insert(changesetAssociations).values([
            { ...rest, batchChangeId: others[0]!.id },
            { ...rest, batchChangeId: others[1]!.id, detach: false },
            { ...rest, batchChangeId: others[2]!.id }
          ])
        )
      )

      yield* reconcile(id)

      assert.deepStrictEqual(
        (yield* associated(id)).map(({ batchChangeId }) => batchChangeId),
        [others[1]!.id]
      )
      assert.isNull((yield* rowOf(id)).detachedAt)
      assert.isAbove(owner.id, 0)
    })
  )

  it.effect("has again what a batch change took back", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      yield* alterChangeset(id, { detachedAt: new Date(0) })

      yield* reconcile(id)

      assert.deepStrictEqual(yield* calls, [])
      assert.isNull((yield* rowOf(id)).detachedAt)
      assert.strictEqual((yield* toldOf(id)).at(-1), "reattached")
    })
  )
})
