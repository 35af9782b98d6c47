import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  closePullRequest,
  findPullRequest,
  type MergeMethod,
  type MergeObstacle,
  mergePullRequest,
  recompute,
  setDraft
} from "../src/index.ts"
import { forge } from "./support.ts"
import { noJobs, waiting } from "./support/queue.ts"
import { ahead, conflicting, scene, stateOf } from "./support/scene.ts"

const methods = ["merge", "squash", "rebase"] as const

/** The base one commit on, the head two. */
const diverged = [
  ...ahead,
  { on: "feature", files: { "c.txt": "c\n" }, message: "Add c" },
  { on: "main", files: { "m.txt": "m\n" } }
]

layer(forge(), { excludeTestServices: true })("mergePullRequest", (it) => {
  it.effect("moves the base to the commit that it gives, and marks the pull request merged", () =>
    Effect.gen(function* () {
      const { id, ref, row, tip } = yield* scene()
      yield* recompute(id)
      const [base, head] = [yield* tip("main"), yield* tip("feature")]

      const merged = yield* mergePullRequest({ pullRequestId: id, method: "merge" })

      assert.deepInclude(merged, {
        state: "merged",
        mergeCommitSha: yield* tip("main"),
        baseSha: base,
        headSha: head,
        mergeable: null,
        mergeableState: "unknown"
      })
      assert.isNotNull(merged.mergedAt)
      assert.deepStrictEqual(yield* row, merged)
      assert.strictEqual(yield* ref("refs/pull/1/head"), head)
      assert.isUndefined(yield* ref("refs/pull/1/merge"))
    })
  )

  it.effect("merges with a commit of two parents, the base first", () =>
    Effect.gen(function* () {
      const { ask, id, tip } = yield* scene({ commits: diverged, title: "Add b and c" })
      const [base, head] = [yield* tip("main"), yield* tip("feature")]

      yield* mergePullRequest({ pullRequestId: id, method: "merge" })

      assert.strictEqual(yield* ask("log", "-1", "--format=%P", "main"), `${base} ${head}`)
      assert.strictEqual(
        yield* ask("log", "-1", "--format=%B", "main"),
        "Merge pull request #1 from feature\n\nAdd b and c"
      )
      assert.strictEqual(yield* ask("ls-tree", "--name-only", "main"), "a.txt\nb.txt\nc.txt\nm.txt")
    })
  )

  it.effect("squashes into one commit on the base", () =>
    Effect.gen(function* () {
      const { ask, id, tip } = yield* scene({ commits: diverged, title: "Add b and c" })
      const base = yield* tip("main")

      yield* mergePullRequest({ pullRequestId: id, method: "squash" })

      assert.strictEqual(yield* ask("log", "-1", "--format=%P", "main"), base)
      assert.strictEqual(yield* ask("log", "-1", "--format=%B", "main"), "Add b and c (#1)")
      assert.strictEqual(yield* ask("ls-tree", "--name-only", "main"), "a.txt\nb.txt\nc.txt\nm.txt")
    })
  )

  it.effect("rebases the head's commits onto the base, in their order", () =>
    Effect.gen(function* () {
      const { ask, id, tip } = yield* scene({ commits: diverged })
      const base = yield* tip("main")

      const merged = yield* mergePullRequest({ pullRequestId: id, method: "rebase" })

      assert.strictEqual(
        yield* ask("log", "--reverse", "--format=%s|%an|%cn", `${base}..main`),
        "b.txt|Test|drover\nAdd c|Test|drover"
      )
      assert.strictEqual(merged.mergeCommitSha, yield* tip("main"))
      assert.strictEqual(yield* ask("rev-list", "--merges", "main"), "")
    })
  )

  it.effect("takes the words and the author that it is given", () =>
    Effect.gen(function* () {
      const author = { name: "Ada", email: "ada@drover.invalid" }
      for (const method of ["merge", "squash"] as const) {
        const { ask, id } = yield* scene()
        yield* mergePullRequest({ pullRequestId: id, method, title: "Land it", body: "At last.", author })
        assert.strictEqual(
          yield* ask("log", "-1", "--format=%an <%ae>|%cn|%B", "main"),
          "Ada <ada@drover.invalid>|Ada|Land it\n\nAt last."
        )
      }
    })
  )

  it.effect("has the others of that base computed anew, in the transaction that records the merge", () =>
    Effect.gen(function* () {
      const { id, open, push, tip } = yield* scene()
      yield* push(
        { on: "one", from: "main", files: { one: "" } },
        { on: "two", from: "main", files: { "b.txt": "another\n" } },
        { on: "elsewhere", from: "main", files: { three: "" } }
      )
      const one = yield* open("one")
      const two = yield* open("two")
      const asHead = yield* open("main", "one")
      const other = yield* open("elsewhere", "feature")
      for (const pull of [one, two, asHead, other]) yield* recompute(pull.id)
      yield* noJobs

      yield* mergePullRequest({ pullRequestId: id, method: "merge" })

      assert.deepStrictEqual(yield* waiting, [one.id, two.id, asHead.id])
      for (const pull of [one, two]) {
        const row = yield* findPullRequest(pull.id)
        assert.deepInclude(row, { baseSha: yield* tip("main"), mergeable: null, mergeableState: "unknown" })
      }
      assert.strictEqual(yield* stateOf(other.id), "behind, mergeable")
      yield* recompute(two.id)
      assert.strictEqual(yield* stateOf(two.id), "dirty")
    })
  )

  it.effect("merges the head that is there, with its unrecorded push, or none when another was expected", () =>
    Effect.gen(function* () {
      const { ask, id, name, opened, push, ref, row, tip } = yield* scene()
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      const [base, head] = [yield* tip("main"), yield* tip("feature")]

      const error = yield* Effect.flip(
        mergePullRequest({ pullRequestId: id, method: "merge", expectedHead: String(opened.headSha) })
      )
      assert.deepInclude(error, {
        _tag: "HeadMismatch",
        expected: String(opened.headSha),
        actual: head,
        retryable: false
      })
      assert.include(error.message, `The head of ${name}#1 is ${head}, not ${opened.headSha}`)
      assert.strictEqual(yield* tip("main"), base)
      assert.strictEqual((yield* row).state, "open")

      const merged = yield* mergePullRequest({ pullRequestId: id, method: "squash", expectedHead: head })
      assert.strictEqual(merged.headSha, head)
      assert.strictEqual(yield* ref("refs/pull/1/head"), head)
      assert.strictEqual(yield* ask("ls-tree", "--name-only", "main"), "a.txt\nb.txt\nc.txt")
    })
  )

  describe("refuses, and moves nothing,", () => {
    /** A scene, what is wrong with it, and what is said about that. */
    const refusals: ReadonlyArray<{
      readonly what: string
      readonly options: Parameters<typeof scene>[0]
      readonly spoil?: (made: Effect.Success<ReturnType<typeof scene>>) => Effect.Effect<unknown, unknown>
      readonly methods?: ReadonlyArray<MergeMethod>
      readonly reason: MergeObstacle
      readonly says: string
    }> = [
      { what: "a draft", options: { draft: true }, reason: "draft", says: "mark it ready for review first" },
      {
        what: "a conflict",
        options: { commits: conflicting },
        reason: "conflict",
        says: "merge the base into the head, resolve the conflicts and push (a.txt)"
      },
      {
        what: "a head without commits of its own",
        options: {
          commits: [ahead[0]!, { on: "feature", from: "main", files: {} }, { on: "main", merge: "feature", files: {} }]
        },
        reason: "no commits",
        says: "push one, or close it"
      },
      {
        what: "branches without a common history",
        options: { commits: [ahead[0]!, { on: "feature", from: null, files: { "b.txt": "" } }] },
        methods: ["merge", "squash", "rebase"],
        reason: "unrelated histories",
        says: "rebuild the head from a commit of the base"
      },
      {
        what: "a rebase of merge commits",
        options: {
          commits: [
            ...ahead,
            { on: "main", files: { "m.txt": "m\n" } },
            { on: "feature", merge: "main", files: { "m.txt": "m\n" } }
          ]
        },
        methods: ["rebase"],
        reason: "merge commits",
        says: "merge or squash it instead"
      },
      {
        what: "a rebase that leaves nothing, as the base has every change already",
        options: { commits: [...ahead, { on: "main", files: { "b.txt": "two\n" } }] },
        methods: ["rebase"],
        reason: "no commits",
        says: "push one, or close it"
      },
      {
        what: "a branch that is gone",
        options: {},
        spoil: ({ repository }) => repository.deleteBranch("feature"),
        reason: "branch gone",
        says: "push the branch again, or close it"
      }
    ]
    for (const { methods: only = methods, options, reason, says, spoil, what } of refusals) {
      it.effect(what, () =>
        Effect.gen(function* () {
          const made = yield* scene(options)
          const { id, name, row, tip } = made
          yield* spoil?.(made) ?? Effect.void
          const [base, before] = [yield* tip("main"), yield* row]
          for (const method of only) {
            const error = yield* Effect.flip(mergePullRequest({ pullRequestId: id, method }))
            assert.deepInclude(error, { _tag: "PullRequestNotMergeable", reason, retryable: false })
            assert.include(error.message, `${name}#1 cannot be merged: `)
            assert.include(error.message, says)
          }
          assert.strictEqual(yield* tip("main"), base)
          assert.deepStrictEqual(yield* row, before)
        })
      )
    }

    it.effect("one that is closed, or merged, or does not exist", () =>
      Effect.gen(function* () {
        const { id, name, tip } = yield* scene()
        const merge = mergePullRequest({ pullRequestId: id, method: "merge" })
        const { id: closed } = yield* scene()
        yield* closePullRequest(closed)
        yield* merge
        const base = yield* tip("main")

        const again = yield* Effect.flip(merge)
        const shut = yield* Effect.flip(mergePullRequest({ pullRequestId: closed, method: "merge" }))
        const missing = yield* Effect.flip(mergePullRequest({ pullRequestId: 2_000_000_000, method: "merge" }))

        assert.deepInclude(again, { _tag: "PullRequestNotMergeable", reason: "merged" })
        assert.strictEqual(again.message, `${name}#1 cannot be merged: it is merged already`)
        assert.deepInclude(shut, { _tag: "PullRequestNotMergeable", reason: "closed" })
        assert.deepInclude(missing, { _tag: "PullRequestNotFound" })
        assert.strictEqual(yield* tip("main"), base)
      })
    )
  })

  it.effect("merges a draft that was made ready, and one that is behind", () =>
    Effect.gen(function* () {
      const { id, row } = yield* scene({ draft: true, commits: diverged })
      yield* setDraft({ pullRequestId: id, draft: false })

      yield* mergePullRequest({ pullRequestId: id, method: "merge" })

      assert.strictEqual((yield* row).state, "merged")
    })
  )
})
