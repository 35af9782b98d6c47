import type { Database, JobQueue } from "@drover/core"
import type { Git } from "@drover/git"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  changeBase,
  closePullRequest,
  findPullRequest,
  openPullRequest,
  recompute,
  recordPush,
  reopenPullRequest,
  setDraft
} from "../src/index.ts"
import { forge } from "./support.ts"
import { noJobs, runAll, waiting, withoutQueue } from "./support/queue.ts"
import { ahead, alter, scene, stateOf } from "./support/scene.ts"

/** `feature` into `main`, computed, and no job left. */
const computed = Effect.fnUntraced(function* (...[options]: Parameters<typeof scene>) {
  const made = yield* scene(options)
  yield* recompute(made.id)
  yield* noJobs
  return made
})

const release = [...ahead, { on: "release", from: "main", files: { "r.txt": "r\n" } }]

const merged = (id: number) => alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: "f".repeat(40) })

layer(forge(), { excludeTestServices: true })("triggers", (it) => {
  describe("recordPush", () => {
    it.effect(
      "has the pull requests of a branch computed anew, as head and as base, closed ones too, and no others",
      () =>
        Effect.gen(function* () {
          const commits = [
            ...ahead,
            { on: "one", from: "main", files: { one: "" } },
            { on: "two", from: "feature", files: { two: "" } },
            { on: "three", from: "main", files: { three: "" } },
            { on: "four", from: "main", files: { four: "" } }
          ]
          const { id: asHead, open, push, repositoryId } = yield* scene({ commits })
          const asBase = yield* open("two", "feature")
          const closed = yield* open("three", "feature")
          yield* closePullRequest(closed.id)
          const over = yield* open("four", "feature")
          yield* merged(over.id)
          const other = yield* open("one")
          for (const { id } of [{ id: asHead }, asBase, closed, other]) yield* recompute(id)
          yield* noJobs
          yield* push({ on: "feature", files: { "c.txt": "c\n" } })

          const told = yield* recordPush({ repositoryId, branches: ["feature"] })

          assert.deepStrictEqual(told, [asHead, asBase.id, closed.id])
          assert.deepStrictEqual(yield* waiting, told)
          for (const id of told) assert.strictEqual(yield* stateOf(id), "unknown")
          assert.strictEqual(yield* stateOf(other.id), "clean, mergeable")
        })
    )

    it.effect("advances the head, and the job publishes it", () =>
      Effect.gen(function* () {
        const { push, ref, repositoryId, row, tip } = yield* computed()
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })

        yield* recordPush({ repositoryId, branches: ["feature"] })

        const head = yield* tip("feature")
        assert.deepInclude(yield* row, { headSha: head, mergeable: null, mergeabilityCheckedAt: null })
        yield* runAll
        assert.strictEqual(yield* ref("refs/pull/1/head"), head)
        assert.deepInclude(yield* row, { headSha: head, mergeableState: "clean", commits: 2 })
      })
    )

    it.effect("notes that a branch was deleted", () =>
      Effect.gen(function* () {
        const { id, repository, repositoryId, row } = yield* computed()
        yield* repository.deleteBranch("feature")

        assert.deepStrictEqual(yield* recordPush({ repositoryId, branches: ["feature"] }), [id])

        assert.deepInclude(yield* row, { headSha: null, mergeableState: "unknown" })
        yield* runAll
        assert.deepInclude(yield* row, { mergeableState: "dirty", mergeableReason: "the head branch is gone" })
      })
    )

    it.effect("keeps what is known of tips that did not move", () =>
      Effect.gen(function* () {
        const { id, repositoryId } = yield* computed()

        yield* recordPush({ repositoryId, branches: ["feature"] })

        assert.strictEqual(yield* stateOf(id), "clean, mergeable")
      })
    )

    it.effect("does nothing about branches without pull requests, or no branches", () =>
      Effect.gen(function* () {
        const { repositoryId } = yield* computed()

        assert.deepStrictEqual(yield* recordPush({ repositoryId, branches: ["other"] }), [])
        assert.deepStrictEqual(yield* recordPush({ repositoryId, branches: [] }), [])
        assert.deepStrictEqual(yield* waiting, [])
      })
    )

    it.effect("refuses a repository that it does not know", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(recordPush({ repositoryId: 2_000_000_000, branches: ["main"] }))

        assert.strictEqual(error.message, "There is no repository 2000000000 that you may see")
      })
    )
  })

  describe("what a pull request's mergeability depends on", () => {
    it.effect("has no operation that changes it without its job", () =>
      Effect.gen(function* () {
        const { id, push, repositoryId, row } = yield* computed({ commits: release })
        const { id: closed } = yield* computed()
        yield* closePullRequest(closed)
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })
        const before = [yield* row, yield* findPullRequest(closed)]

        const operations: ReadonlyArray<Effect.Effect<void, { readonly _tag: string }, Git | Database | JobQueue>> = [
          Effect.asVoid(recordPush({ repositoryId, branches: ["feature"] })),
          Effect.asVoid(setDraft({ pullRequestId: id, draft: true })),
          Effect.asVoid(changeBase({ pullRequestId: id, base: "release" })),
          Effect.asVoid(reopenPullRequest(closed))
        ]
        for (const operation of operations) {
          const error = yield* Effect.flip(withoutQueue(operation))
          assert.strictEqual(error._tag, "DatabaseUnavailable")
        }

        assert.deepStrictEqual([yield* row, yield* findPullRequest(closed)], before)
      })
    )

    it.effect("refuses a pull request that does not exist", () =>
      Effect.gen(function* () {
        const pullRequestId = 2_000_000_000
        for (const operation of [
          setDraft({ pullRequestId, draft: true }),
          changeBase({ pullRequestId, base: "main" }),
          closePullRequest(pullRequestId),
          reopenPullRequest(pullRequestId)
        ]) {
          const error = yield* Effect.flip(Effect.asVoid(operation))
          assert.deepInclude(error, { _tag: "PullRequestNotFound", pullRequestId })
          assert.strictEqual(error.message, "There is no pull request with the id 2000000000")
        }
      })
    )

    it.effect("refuses what only an open one can become", () =>
      Effect.gen(function* () {
        const { id, name } = yield* computed({ commits: release })
        const change = [
          setDraft({ pullRequestId: id, draft: true }),
          changeBase({ pullRequestId: id, base: "release" })
        ]
        yield* closePullRequest(id)
        for (const operation of change) {
          const error = yield* Effect.flip(Effect.asVoid(operation))
          assert.strictEqual(error.message, `${name}#1 is closed: reopen it first`)
        }
        yield* merged(id)
        for (const operation of [...change, closePullRequest(id), reopenPullRequest(id)]) {
          const error = yield* Effect.flip(Effect.asVoid(operation))
          assert.strictEqual(error.message, `${name}#1 is merged: open a new one for what is to follow`)
        }
        assert.deepStrictEqual(yield* waiting, [])
      })
    )
  })

  describe("setDraft", () => {
    it.effect("makes it a draft and ready again, and computes it each time", () =>
      Effect.gen(function* () {
        const { id, row } = yield* computed()
        for (const [draft, state] of [
          [true, "draft, mergeable"],
          [false, "clean, mergeable"]
        ] as const) {
          const pull = yield* setDraft({ pullRequestId: id, draft })
          assert.deepInclude(pull, { draft, mergeable: null, mergeableState: "unknown" })
          assert.deepStrictEqual(yield* row, pull)
          assert.deepStrictEqual(yield* waiting, [id])
          yield* runAll
          assert.strictEqual(yield* stateOf(id), state)
        }
      })
    )

    it.effect("leaves one alone that is so already", () =>
      Effect.gen(function* () {
        const { id, row } = yield* computed()
        const before = yield* row

        assert.deepStrictEqual(yield* setDraft({ pullRequestId: id, draft: false }), before)
        assert.deepStrictEqual(yield* waiting, [])
      })
    )
  })

  describe("closing and reopening", () => {
    it.effect("closes without forgetting what is known, and without a job", () =>
      Effect.gen(function* () {
        const { id } = yield* computed()

        const pull = yield* closePullRequest(id)

        assert.deepInclude(pull, { state: "closed", mergeableState: "clean" })
        assert.deepStrictEqual(yield* closePullRequest(id), pull)
        assert.deepStrictEqual(yield* waiting, [])
      })
    )

    it.effect("reopens with the branches as they are now, to be computed anew", () =>
      Effect.gen(function* () {
        const { id, push, tip } = yield* computed()
        yield* closePullRequest(id)
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })

        const pull = yield* reopenPullRequest(id)

        assert.deepInclude(pull, { state: "open", headSha: yield* tip("feature"), mergeableState: "unknown" })
        assert.deepStrictEqual(yield* waiting, [id])
      })
    )

    it.effect("leaves an open one alone", () =>
      Effect.gen(function* () {
        const { id, row } = yield* computed()
        const before = yield* row

        assert.deepStrictEqual(yield* reopenPullRequest(id), before)
        assert.deepStrictEqual(yield* waiting, [])
      })
    )

    it.effect("does not reopen without its branches, or beside another of the same branches", () =>
      Effect.gen(function* () {
        const { id, name, open, repository, tip } = yield* computed()
        yield* closePullRequest(id)
        yield* open("feature")
        const twin = yield* Effect.flip(reopenPullRequest(id))
        assert.strictEqual(
          twin.message,
          `The pull request's head "feature" already has an open pull request into "main"`
        )

        const head = yield* tip("feature")
        yield* repository.deleteBranch("feature")
        const gone = yield* Effect.flip(reopenPullRequest(id))
        assert.strictEqual(gone.message, `The pull request's head "feature" is not a branch of ${name}`)
        yield* repository.forcePush("feature", head)
      })
    )
  })

  describe("changeBase", () => {
    it.effect("points it at another branch, to be computed anew", () =>
      Effect.gen(function* () {
        const { id, row, tip } = yield* computed({ commits: release })

        const pull = yield* changeBase({ pullRequestId: id, base: "release" })

        const base = yield* tip("release")
        assert.deepInclude(pull, { baseRef: "release", baseSha: base, mergeable: null, mergeableState: "unknown" })
        assert.deepStrictEqual(yield* waiting, [id])
        yield* runAll
        assert.deepInclude(yield* row, { baseSha: base, mergeableState: "behind", behindBy: 1 })
      })
    )

    it.effect("leaves it alone when that is its base already", () =>
      Effect.gen(function* () {
        const { id, row } = yield* computed()
        const before = yield* row

        assert.deepStrictEqual(yield* changeBase({ pullRequestId: id, base: "main" }), before)
        assert.deepStrictEqual(yield* waiting, [])
      })
    )

    it.effect("keeps the rules of a new one", () =>
      Effect.gen(function* () {
        const { id, name, repositoryId } = yield* computed({ commits: release })
        yield* openPullRequest({ repositoryId, title: "Twin", base: "release", head: "feature" })
        for (const [base, message] of [
          ["", "The pull request's base must not be empty"],
          ["feature", "The pull request's head must be another branch than the base"],
          ["trunk", `The pull request's base "trunk" is not a branch of ${name}`],
          ["release", `The pull request's head "feature" already has an open pull request into "release"`]
        ] as const) {
          const error = yield* Effect.flip(changeBase({ pullRequestId: id, base }))
          assert.strictEqual(error.message, message)
        }
        assert.strictEqual(yield* stateOf(id), "clean, mergeable")
      })
    )
  })
})
