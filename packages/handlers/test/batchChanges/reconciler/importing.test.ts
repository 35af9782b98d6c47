import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { openPullRequest } from "../../../src/index.ts"
import { ControlledHosts } from "../support/ControlledHosts.ts"
import {
  batchChange,
  batchForge,
  changeset,
  failing,
  forget,
  importSpec,
  reconcile,
  repository,
  rowOf,
  stepsOf
} from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true })("the reconciler", (it) => {
  it.effect("imports a pull request that somebody else made", () =>
    Effect.gen(function* () {
      yield* forget
      const at = yield* repository({ on: "theirs", from: "main", files: { "c.txt": "three\n" } })
      yield* openPullRequest({ repositoryId: at.id, title: "Theirs", base: "main", head: "theirs" })
      const other = yield* batchChange()
      const { id: currentSpecId } = yield* importSpec(at, "1")
      const id = yield* changeset({
        repositoryId: at.id,
        currentSpecId,
        associations: [{ batchChangeId: other.id }]
      })

      yield* reconcile(id)

      const hosts = yield* ControlledHosts
      assert.deepStrictEqual(hosts.calls, ["load"])
      assert.deepStrictEqual(hosts.subjects, [{ _tag: "ImportedChangeset" }])
      assert.deepInclude(yield* rowOf(id), {
        publication: "published",
        externalId: "1",
        externalState: "open",
        externalTitle: "Theirs",
        headRef: "theirs",
        previousSpecId: currentSpecId
      })
      assert.deepStrictEqual(yield* stepsOf(id), ["import done"])
    })
  )

  it.effect("fails for good to import what is not there", () =>
    Effect.gen(function* () {
      yield* forget
      const at = yield* repository()
      const other = yield* batchChange()
      const { id: currentSpecId } = yield* importSpec(at, "77")
      const id = yield* changeset({ repositoryId: at.id, currentSpecId, associations: [{ batchChangeId: other.id }] })

      const error = yield* failing(id)

      assert.deepInclude(error, { _tag: "StepFailed", error: "PullRequestMissing", retryable: false })
      assert.match(error.message, /no pull request 77/)
      assert.deepInclude(yield* rowOf(id), { publication: "unpublished", externalId: null })
    })
  )
})
