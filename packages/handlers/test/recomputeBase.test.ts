import { Database, JobRuntime } from "@drover/core"
import { GitTimedOut } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { and, eq } from "drizzle-orm"
import { Effect, Fiber } from "effect"
import {
  closePullRequest,
  findPullRequest,
  mergePullRequest,
  openPullRequest,
  pullRequests,
  recompute,
  recomputeBase,
  recordPush,
  registerRepository,
  setDraft
} from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { push, refAt, repositoryOf } from "./support/history.ts"
import { allJobs, handlers, noJobs, runAll, settled, waiting } from "./support/queue.ts"

let crowds = 0

/** Many pull requests into one base, all computed; published too where each was computed alone. */
const crowd = Effect.fnUntraced(function* (count = 24, { published = false } = {}) {
  const heads = Array.from({ length: count }, (_, index) => `topic-${String(index).padStart(2, "0")}`)
  const repository = yield* repositoryOf(
    { on: "main", from: null, files: { start: "1\n", m: "1\n" } },
    ...heads.map((on) => ({ on, from: "main", files: { [on]: `${on}\n` } })),
    { on: "topic-01", files: { m: "mine\n" } },
    { on: "topic-02", files: { more: "" } }
  )
  const { path } = repository
  const { id: repositoryId } = yield* registerRepository({ name: `acme/crowd-${crowds++}`, path })
  const open = (head: string) => openPullRequest({ repositoryId, title: head, base: "main", head })
  const pulls = yield* Effect.forEach(heads, open)
  const ids = pulls.map(({ id }) => id)
  if (published) yield* Effect.forEach(ids, recompute)
  else yield* recomputeBase({ repositoryId, baseRef: "main" })
  yield* noJobs
  const at = (index: number) => Effect.map(findPullRequest(ids[index]!), (pull) => pull!)
  return {
    repository,
    path,
    repositoryId,
    open,
    ids,
    at,
    base: { repositoryId, baseRef: "main" },
    ref: (ref: string) => refAt(path, ref),
    /** Moves the base, in a line that `topic-01` changed too, and records it. */
    moveBase: (content = "2\n") =>
      Effect.andThen(
        push(path, { on: "main", files: { m: content } }),
        recordPush({ repositoryId, branches: ["main"] })
      ),
    unknown: Database.use(({ run }) =>
      Effect.map(
        run((db) =>
          db
            .select({ id: pullRequests.id })
            .from(pullRequests)
            .where(and(eq(pullRequests.repositoryId, repositoryId), eq(pullRequests.mergeableState, "unknown")))
            .orderBy(pullRequests.id)
        ),
        (rows) => rows.map(({ id }) => id)
      )
    )
  }
})

/** What was computed, without the times. */
const computedOf = (pull: typeof pullRequests.$inferSelect | undefined) => {
  if (pull === undefined) return undefined
  const { mergeabilityCheckedAt: _checked, mergeabilityRequestedAt: _asked, updatedAt: _updated, ...rest } = pull
  return rest
}

layer(forge(), { excludeTestServices: true })("the pull requests of a base", (it) => {
  it.effect("are asked for by one job when many are moved by their base, and are computed as each alone would be", () =>
    Effect.gen(function* () {
      const { base, ids, moveBase, repository, repositoryId, unknown } = yield* crowd()
      yield* closePullRequest(ids[3]!)
      yield* repository.commit("stranger", { x: "" }, { from: null })
      yield* repository.forcePush("topic-04", yield* repository.tip("stranger"))
      yield* repository.deleteBranch("topic-05")
      yield* repository.merge("topic-06", "topic-07")
      yield* repository.commit("topic-06", { image: Uint8Array.of(0, 1), start: null, begin: "1\n" })
      yield* setDraft({ pullRequestId: ids[8]!, draft: true })
      yield* noJobs

      assert.sameMembers(yield* moveBase(), ids)

      const asked = yield* allJobs
      assert.deepStrictEqual(
        asked.map(({ kind, payload }) => ({ kind, payload })),
        [{ kind: "recompute_mergeability_of_base", payload: base }]
      )
      assert.sameMembers(yield* unknown, ids)
      yield* runAll
      assert.deepStrictEqual(yield* unknown, [])

      const together = yield* Effect.forEach(ids, findPullRequest)
      yield* Effect.forEach(ids, recompute)
      const alone = yield* Effect.forEach(ids, findPullRequest)
      assert.deepStrictEqual(together.map(computedOf), alone.map(computedOf))
      assert.deepStrictEqual(
        together.slice(0, 10).map((pull) => pull?.mergeableState),
        ["behind", "dirty", "behind", "behind", "dirty", "dirty", "behind", "behind", "draft", "behind"]
      )
      assert.deepStrictEqual(together[1]?.conflictedPaths, ["m"])
      assert.strictEqual(together[4]?.mergeableReason, "the branches share no history")
      assert.strictEqual(together[5]?.mergeableReason, "the head branch is gone")
      assert.strictEqual(together[6]?.rebaseable, false)
      assert.isAbove(repositoryId, 0)
    })
  )

  it.effect("are computed by jobs of their own when they are few, or their own heads moved", () =>
    Effect.gen(function* () {
      const few = yield* crowd(4)
      yield* few.moveBase()
      assert.deepStrictEqual(yield* waiting, few.ids)
      yield* noJobs

      const { ids, path, repositoryId } = yield* crowd()
      yield* push(path, { on: "main", files: { m: "2\n" } }, { on: "topic-02", files: { more: "2\n" } })
      yield* recordPush({ repositoryId, branches: ["main", "topic-02"] })
      assert.deepStrictEqual(yield* waiting, [ids[2]])
      assert.lengthOf(yield* allJobs, 2)
    })
  )

  it.effect("lose a published merge that is no more, keep their heads, and get a new one when they are looked at", () =>
    Effect.gen(function* () {
      const { at, base, moveBase, ref, repository } = yield* crowd(3, { published: true })
      assert.isDefined(yield* ref("refs/pull/1/merge"))
      yield* moveBase()

      yield* recomputeBase(base)

      assert.isUndefined(yield* ref("refs/pull/1/merge"))
      assert.isUndefined(yield* ref("refs/pull/2/merge"))
      assert.strictEqual(yield* ref("refs/pull/1/head"), yield* repository.tip("topic-00"))
      yield* recompute((yield* at(0)).id)
      assert.isDefined(yield* ref("refs/pull/1/merge"))
    })
  )

  it.effect("end with the state of the second of two pushes that came while they were computed", () =>
    Effect.gen(function* () {
      const { at, ids, moveBase, repository, unknown } = yield* crowd()
      yield* moveBase()
      const { hold } = yield* GitControl
      const compare = yield* hold("diff-tree")
      yield* JobRuntime.make({ handlers, resetInterval: false })
      yield* compare.arrived

      yield* moveBase("3\n")
      yield* moveBase("mine\n")
      yield* compare.open
      const jobs = yield* settled

      // one job that ran twice; nothing was left to jobs of their own
      assert.deepStrictEqual(
        jobs.map(({ attempt, kind, state }) => ({ attempt, kind, state })),
        [{ attempt: 2, kind: "recompute_mergeability_of_base", state: "completed" }]
      )
      assert.deepStrictEqual(yield* unknown, [])
      const tip = yield* repository.tip("main")
      for (const [index] of ids.entries()) assert.deepInclude(yield* at(index), { baseSha: tip, behindBy: 3 })
      // what conflicted with the first push agrees with the third
      assert.deepInclude(yield* at(1), { mergeable: true, mergeableState: "behind" })
    })
  )

  it.effect("are never written for tips, a draft flag or checks that they no longer have", () =>
    Effect.gen(function* () {
      const { at, base, ids, moveBase, repository, repositoryId } = yield* crowd()
      yield* moveBase()
      const { hold } = yield* GitControl
      const compare = yield* hold("diff-tree")
      const run = yield* Effect.forkChild(recomputeBase(base))
      yield* compare.arrived
      const first = yield* repository.tip("topic-07")
      for (const on of ["topic-02", "topic-07"]) yield* push(repository.path, { on, files: { more: "2\n" } })
      yield* recordPush({ repositoryId, branches: ["topic-02", "topic-07"] })
      // taken back, which nobody recorded: the branch is where it was computed for, and the row is not
      yield* repository.forcePush("topic-07", first)
      yield* setDraft({ pullRequestId: ids[3]!, draft: true })
      const { run: write } = yield* Database
      yield* write((db) => db.update(pullRequests).set({ checkRollup: "failure" }).where(eq(pullRequests.id, ids[4]!)))
      // a push that nobody recorded
      yield* push(repository.path, { on: "topic-05", files: { unseen: "" } })
      const again = yield* hold("diff-tree")
      yield* compare.open
      yield* again.arrived

      for (const index of [2, 3, 4, 5, 7]) assert.strictEqual((yield* at(index)).mergeableState, "unknown")
      assert.strictEqual((yield* at(6)).mergeableState, "behind")
      yield* again.open
      assert.deepStrictEqual(yield* Fiber.join(run), { computed: ids.length, left: 0 })
      assert.deepInclude(yield* at(2), { headSha: yield* repository.tip("topic-02"), commits: 3 })
      assert.strictEqual((yield* at(3)).mergeableState, "draft")
      assert.deepInclude(yield* at(7), { headSha: first, commits: 1 })
      assert.deepInclude(yield* at(5), { headSha: yield* repository.tip("topic-05"), commits: 2 })
    })
  )

  it.effect("leave to jobs of their own what cannot be done together", () =>
    Effect.gen(function* () {
      const { base, ids, moveBase, repository, unknown } = yield* crowd()
      // merged, and the record of it lost
      const { crashAfter } = yield* GitControl
      yield* crashAfter("update-ref")
      yield* Effect.exit(mergePullRequest({ pullRequestId: ids[2]!, method: "squash" }))
      yield* moveBase()
      yield* noJobs

      assert.deepStrictEqual(yield* recomputeBase(base), { computed: ids.length - 1, left: 1 })

      assert.deepStrictEqual(yield* unknown, [ids[2]])
      assert.deepStrictEqual(yield* waiting, [ids[2]])
      yield* runAll
      assert.deepInclude(yield* findPullRequest(ids[2]!), { state: "merged" })
      assert.isDefined(repository)
    })
  )

  it.effect("do not hold one another up when one keeps moving", () =>
    Effect.gen(function* () {
      const { base, ids, moveBase, repository, unknown } = yield* crowd()
      yield* moveBase()
      yield* noJobs
      const { hold } = yield* GitControl
      let gate = yield* hold("diff-tree")
      const run = yield* Effect.forkChild(recomputeBase(base))
      for (const round of [1, 2, 3]) {
        const held = gate
        yield* held.arrived
        yield* push(repository.path, { on: "topic-02", files: { more: `${round}\n` } })
        if (round < 3) gate = yield* hold("diff-tree")
        yield* held.open
      }

      assert.deepStrictEqual(yield* Fiber.join(run), { computed: ids.length - 1, left: 1 })

      assert.deepStrictEqual(yield* unknown, [ids[2]])
      assert.deepStrictEqual(yield* waiting, [ids[2]])
    })
  )

  it.effect("are tried again after git took too long, and are none of a repository that is not there", () =>
    Effect.gen(function* () {
      const { base, moveBase, unknown } = yield* crowd()
      yield* moveBase()
      const { fail } = yield* GitControl
      yield* fail("rev-list", new GitTimedOut({ command: "rev-list", limitMillis: 60_000 }))

      assert.strictEqual((yield* Effect.flip(recomputeBase(base)))._tag, "GitTimedOut")
      assert.isNotEmpty(yield* unknown)
      yield* recomputeBase(base)
      assert.deepStrictEqual(yield* unknown, [])
      assert.deepStrictEqual(yield* recomputeBase({ ...base, repositoryId: 2_000_000_000 }), { computed: 0, left: 0 })
    })
  )

  it.effect("are dirty when their base is gone", () =>
    Effect.gen(function* () {
      const { at, base, repository, repositoryId } = yield* crowd()
      yield* repository.deleteBranch("main")
      yield* recordPush({ repositoryId, branches: ["main"] })

      yield* recomputeBase(base)

      assert.deepInclude(yield* at(0), {
        baseSha: null,
        mergeable: false,
        mergeableState: "dirty",
        mergeableReason: "the base branch is gone"
      })
    })
  )
})
