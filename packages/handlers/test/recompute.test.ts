import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { closePullRequest, recompute, recordPush } from "../src/index.ts"
import { forge } from "./support.ts"
import { ahead, alter, conflicting, scene, stateOf } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("mergeability", (it) => {
  describe("recompute_mergeability", () => {
    it.effect("does nothing about a pull request that does not exist", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* recompute(2_000_000_000), { _tag: "Skipped", reason: "no such pull request" })
      })
    )

    it.effect("does nothing about a merged one", () =>
      Effect.gen(function* () {
        const { id, push, row } = yield* scene()
        yield* alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: "f".repeat(40) })
        yield* push({ on: "feature", files: { "c.txt": "three\n" } })
        const before = yield* row

        assert.deepStrictEqual(yield* recompute(id), { _tag: "Skipped", reason: "merged" })

        assert.deepStrictEqual(yield* row, before)
      })
    )

    it.effect("computes one that was closed without being merged", () =>
      Effect.gen(function* () {
        const { id, row } = yield* scene()
        yield* closePullRequest(id)

        yield* recompute(id)

        assert.deepInclude(yield* row, { state: "closed", mergeableState: "clean" })
      })
    )

    it.effect("finds one clean that merges and is not behind", () =>
      Effect.gen(function* () {
        const { id, row, tip } = yield* scene()

        yield* recompute(id)

        const pull = yield* row
        assert.deepInclude(pull, {
          mergeable: true,
          mergeableState: "clean",
          mergeableReason: null,
          rebaseable: true,
          conflictedPaths: [],
          commits: 1,
          behindBy: 0,
          additions: 1,
          deletions: 0,
          changedFiles: 1,
          baseSha: yield* tip("main"),
          headSha: yield* tip("feature")
        })
        assert.isNotNull(pull.mergeabilityCheckedAt)
      })
    )

    it.effect("finds one dirty whose head or base branch is gone, and computes it when that comes back", () =>
      Effect.gen(function* () {
        for (const [branch, reason] of [
          ["feature", "the head branch is gone"],
          ["main", "the base branch is gone"]
        ] as const) {
          const { id, repository, row, tip } = yield* scene()
          yield* recompute(id)
          const last = yield* tip(branch)
          yield* repository.deleteBranch(branch)

          yield* recompute(id)

          assert.deepInclude(yield* row, {
            [branch === "main" ? "baseSha" : "headSha"]: null,
            mergeable: false,
            mergeableState: "dirty",
            mergeableReason: reason,
            rebaseable: false,
            commits: 0,
            behindBy: 0,
            additions: 0,
            deletions: 0,
            changedFiles: 0
          })

          yield* repository.forcePush(branch, last)
          yield* recompute(id)
          assert.deepInclude(yield* row, { mergeableState: "clean", mergeableReason: null, commits: 1 })
        }
      })
    )

    it.effect("counts the commits that only the head has, and that only the base has", () =>
      Effect.gen(function* () {
        const { id, row } = yield* scene({
          commits: [
            ...ahead,
            { on: "feature", files: { "c.txt": "c\n" } },
            { on: "feature", files: { "d.txt": "d\n" } },
            { on: "main", files: { "m.txt": "m\n" } },
            { on: "main", files: { "n.txt": "n\n" } }
          ]
        })

        yield* recompute(id)

        assert.deepInclude(yield* row, { mergeable: true, mergeableState: "behind", commits: 3, behindBy: 2 })
      })
    )

    it.effect("sums what the head changed, a rename as one file and a binary file without lines", () =>
      Effect.gen(function* () {
        const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("")
        const { id, row } = yield* scene({
          commits: [
            { on: "main", from: null, files: { "a.txt": "1\n2\n", "old.txt": lines } },
            { on: "feature", from: "main", files: { "a.txt": "1\nzwei\n", image: Uint8Array.of(0, 1, 2) } },
            { on: "feature", files: { "old.txt": null, "new.txt": `${lines}more\n` } },
            { on: "main", files: { "m.txt": "not the head's\n" } }
          ]
        })

        yield* recompute(id)

        assert.deepInclude(yield* row, { changedFiles: 3, additions: 2, deletions: 1 })
      })
    )

    it.effect("finds one dirty that conflicts, behind or not, and says where", () =>
      Effect.gen(function* () {
        const { id, row } = yield* scene({ commits: conflicting })

        yield* recompute(id)

        assert.deepInclude(yield* row, {
          mergeable: false,
          mergeableState: "dirty",
          mergeableReason: null,
          rebaseable: false,
          conflictedPaths: ["a.txt"],
          commits: 1,
          behindBy: 1,
          changedFiles: 1
        })
      })
    )

    it.effect("takes one with merge commits for mergeable, and not for rebaseable", () =>
      Effect.gen(function* () {
        const { id, row } = yield* scene({
          commits: [
            ...ahead,
            { on: "main", files: { "m.txt": "m\n" } },
            { on: "feature", merge: "main", files: { "m.txt": "m\n" } }
          ]
        })

        yield* recompute(id)

        assert.deepInclude(yield* row, { mergeableState: "clean", mergeable: true, rebaseable: false, commits: 2 })
      })
    )

    it.effect("says draft of a draft, whether it would merge or not", () =>
      Effect.gen(function* () {
        for (const [commits, state] of [
          [conflicting, "draft"],
          [ahead, "draft, mergeable"]
        ] as const) {
          const { id } = yield* scene({ commits, draft: true })
          yield* recompute(id)
          assert.strictEqual(yield* stateOf(id), state)
        }
      })
    )

    it.effect("finds one dirty whose branches share no history, and says so", () =>
      Effect.gen(function* () {
        const { id, row } = yield* scene({
          commits: [
            { on: "main", from: null, files: { "a.txt": "one\n" } },
            { on: "feature", from: null, files: { "b.txt": "two\n" } }
          ]
        })

        const outcome = yield* recompute(id)

        assert.strictEqual(outcome._tag, "Computed")
        assert.deepInclude(yield* row, {
          mergeable: false,
          mergeableState: "dirty",
          mergeableReason: "the branches share no history",
          commits: 0
        })
      })
    )

    it.effect("computes anew what a force-push brought", () =>
      Effect.gen(function* () {
        const { id, push, repositoryId, row, tip } = yield* scene()
        yield* recompute(id)
        yield* push({ on: "feature", from: "main", files: { "c.txt": "1\n2\n3\n" } })
        yield* recordPush({ repositoryId, branches: ["feature"] })

        yield* recompute(id)

        assert.deepInclude(yield* row, {
          headSha: yield* tip("feature"),
          mergeableState: "clean",
          commits: 1,
          additions: 3
        })
      })
    )

    it.effect("computes anew when the base moves: clean, behind, dirty", () =>
      Effect.gen(function* () {
        const { id, push, row, tip } = yield* scene()
        yield* recompute(id)
        yield* push({ on: "main", files: { "m.txt": "m\n" } })

        yield* recompute(id)
        assert.deepInclude(yield* row, { baseSha: yield* tip("main"), mergeableState: "behind", behindBy: 1 })

        yield* push({ on: "main", files: { "b.txt": "another\n" } })
        yield* recompute(id)
        assert.deepInclude(yield* row, { baseSha: yield* tip("main"), mergeableState: "dirty", behindBy: 2 })
      })
    )
  })

  describe("the refs of a pull request", () => {
    it.effect("has refs/pull/N/merge while it merges cleanly: the base and the head merged", () =>
      Effect.gen(function* () {
        const { ask, id, ref, tip } = yield* scene()

        yield* recompute(id)

        const merge = yield* ref("refs/pull/1/merge")
        assert.strictEqual(
          yield* ask("log", "-1", "--format=%P|%an <%ae>", `${merge}`),
          `${yield* tip("main")} ${yield* tip("feature")}|drover <drover@localhost>`
        )
      })
    )

    it.effect("names the same merge commit however often it is computed", () =>
      Effect.gen(function* () {
        const { id, ref } = yield* scene()
        yield* recompute(id)
        const first = yield* ref("refs/pull/1/merge")

        yield* recompute(id)

        assert.isDefined(first)
        assert.strictEqual(yield* ref("refs/pull/1/merge"), first)
      })
    )

    it.effect("moves refs/pull/N/merge with either branch, and takes it away when they conflict", () =>
      Effect.gen(function* () {
        const { ask, id, push, ref, tip } = yield* scene()
        yield* recompute(id)
        yield* push({ on: "main", files: { "m.txt": "m\n" } }, { on: "feature", files: { "c.txt": "c\n" } })

        yield* recompute(id)
        assert.strictEqual(
          yield* ask("log", "-1", "--format=%P", `${yield* ref("refs/pull/1/merge")}`),
          `${yield* tip("main")} ${yield* tip("feature")}`
        )

        yield* push({ on: "main", files: { "c.txt": "another\n" } })
        yield* recompute(id)
        assert.isUndefined(yield* ref("refs/pull/1/merge"))
      })
    )

    it.effect("has a draft's merge too, and none of what cannot be compared", () =>
      Effect.gen(function* () {
        const { id, ref, repository } = yield* scene({ draft: true })
        yield* recompute(id)
        assert.isDefined(yield* ref("refs/pull/1/merge"))

        yield* repository.deleteBranch("feature")
        yield* recompute(id)
        assert.isUndefined(yield* ref("refs/pull/1/merge"))
      })
    )

    it.effect(
      "lets refs/pull/N/head follow the head, back as well as on, and keeps the last one of a branch that is gone",
      () =>
        Effect.gen(function* () {
          const { id, push, ref, repository, tip } = yield* scene()
          const first = yield* tip("feature")
          assert.strictEqual(yield* ref("refs/pull/1/head"), first)

          yield* push({ on: "feature", files: { "c.txt": "c\n" } })
          yield* recompute(id)
          const second = yield* ref("refs/pull/1/head")
          assert.strictEqual(second, yield* tip("feature"))

          yield* repository.forcePush("feature", first)
          yield* recompute(id)
          assert.strictEqual(yield* ref("refs/pull/1/head"), first)

          yield* repository.deleteBranch("feature")
          yield* recompute(id)
          assert.strictEqual(yield* ref("refs/pull/1/head"), first)
        })
    )
  })
})
