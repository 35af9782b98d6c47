/** Branches move only from where they were seen. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, type ContractScene, gives, proposed } from "../ContractScene.ts"

const main = Effect.fnUntraced(function* ({ host, repository }: ContractScene) {
  return (yield* host.tip({ repository, branch: "main" })) ?? ""
})

export const branches: ReadonlyArray<ContractCase> = [
  gives("knows where a branch is, and that there is none", function* (scene) {
    const { host, people, repository } = scene
    const tip = (branch: string) => host.tip({ repository, branch })
    assert.isNull(yield* tip("feature"))

    const first = yield* people.commit("feature", { "b.txt": "two\n" })
    assert.strictEqual(yield* tip("feature"), first)
    const second = yield* people.commit("feature", { "b.txt": "three\n" })
    assert.strictEqual(yield* tip("feature"), second)
    yield* people.move("feature", first)
    assert.strictEqual(yield* tip("feature"), first)
    yield* people.move("feature", null)
    assert.isNull(yield* tip("feature"))
  }),

  gives("makes a branch, moves it on and puts it elsewhere, and may be asked twice", function* (scene) {
    const { build, host, repository } = scene
    const root = yield* main(scene)
    const first = yield* build(root, { "b.txt": "two\n" })
    const second = yield* build(first, { "b.txt": "three\n" })
    const other = yield* build(root, { "b.txt": "four\n" })
    let expected: string | null = null
    for (const commit of [first, second, other]) {
      const push = host.push({ repository, branch: "drover/feature", commit, expected })

      yield* Effect.repeat(push, { times: 1 })

      assert.strictEqual(yield* host.tip({ repository, branch: "drover/feature" }), commit)
      expected = commit
    }
  }),

  gives(
    "brings its branches to the disk where that is another repository, and says which it shows first",
    function* (scene) {
      const { host, people, repository } = scene
      if (host.bringBranches === undefined) return
      yield* people.commit("feature", { "b.txt": "two\n" })
      assert.strictEqual((yield* host.bringBranches(repository)).defaultBranch, "main")
      // the same once more
      assert.strictEqual((yield* host.bringBranches(repository)).defaultBranch, "main")
    }
  ),

  gives("leaves a branch alone that is not where it was seen, and says where it is", function* (scene) {
    const { build, host, people, repository } = scene
    const mine = yield* build(yield* main(scene), { "b.txt": "mine\n" })
    const theirs = yield* people.commit("feature", { "b.txt": "theirs\n" })
    const seen = yield* people.commit("feature", { "b.txt": "more\n" })
    yield* people.move("feature", theirs)
    const push = (expected: string | null, branch = "feature") =>
      Effect.flip(host.push({ repository, branch, commit: mine, expected }))
    const moved = { _tag: "BranchMoved", retryable: true } as const

    assert.deepInclude(yield* push(null), { ...moved, branch: "feature", expected: null, actual: theirs })
    assert.deepInclude(yield* push(seen), { ...moved, expected: seen, actual: theirs })
    assert.deepInclude(yield* push(theirs, "gone"), { ...moved, branch: "gone", expected: theirs, actual: null })

    assert.strictEqual(yield* host.tip({ repository, branch: "feature" }), theirs)
    assert.isNull(yield* host.tip({ repository, branch: "gone" }))
  }),

  gives("lets one win where two push at once", function* (scene) {
    const { build, host, repository } = scene
    const root = yield* main(scene)
    const commits = yield* Effect.forEach(["1", "2", "3", "4"], (content) => build(root, { "b.txt": content }))

    const results = yield* Effect.forEach(
      commits,
      (commit) => Effect.result(host.push({ repository, branch: "feature", commit, expected: null })),
      { concurrency: "unbounded" }
    )

    const won = commits.filter((_, index) => results[index]?._tag === "Success")
    assert.deepStrictEqual(won, [(yield* host.tip({ repository, branch: "feature" })) ?? ""])
    const lost = results.flatMap((result) => (result._tag === "Failure" ? [result.failure._tag] : []))
    assert.deepStrictEqual(lost, ["BranchMoved", "BranchMoved", "BranchMoved"])
  }),

  gives("shows the head that was pushed in the pull request", function* (scene) {
    const { build, host, repository, settle } = scene
    const { at, head } = yield* proposed(scene)
    const next = yield* build(head, { "c.txt": "three\n" })

    yield* host.push({ repository, branch: "feature", commit: next, expected: head })
    yield* settle

    assert.deepInclude(yield* host.load(at), { headSha: next, state: "open" })
  }),

  gives("does not push to a branch that no branch can be called, nor what is no commit", function* (scene) {
    const { host, repository } = scene
    const root = yield* main(scene)

    const errors = [
      yield* Effect.flip(host.push({ repository, branch: "a..b", commit: root, expected: null })),
      yield* Effect.flip(host.push({ repository, branch: "-d", commit: root, expected: null })),
      yield* Effect.flip(host.push({ repository, branch: "feature", commit: "deadbeef".repeat(5), expected: null })),
      yield* Effect.flip(host.push({ repository, branch: "feature", commit: "HEAD", expected: null }))
    ]

    for (const error of errors) assert.deepInclude(error, { _tag: "RejectedByHost", retryable: false })
    assert.isNull(yield* host.tip({ repository, branch: "feature" }))
  })
]
