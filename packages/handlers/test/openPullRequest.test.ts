import { Database } from "@drover/core"
import { GitFailed } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Fiber } from "effect"
import { closePullRequest, openPullRequest, pullRequests, recompute, registerRepository } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { push, refAt, repositoryOf } from "./support/history.ts"
import { allJobs, noJobs, runAll, waiting, withoutQueue } from "./support/queue.ts"
import { ahead, scene } from "./support/scene.ts"

const rowsOf = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db.select().from(pullRequests).where(eq(pullRequests.repositoryId, repositoryId)).orderBy(pullRequests.number)
    )
  )

layer(forge(), { excludeTestServices: true })("openPullRequest", (it) => {
  it.effect("opens the first one as number 1, unknown, with its head published and a job for it", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { id, opened, ref, tip } = yield* scene({ title: "Add b" })

      assert.deepInclude(opened, {
        number: 1,
        title: "Add b",
        state: "open",
        draft: false,
        baseRef: "main",
        headRef: "feature",
        baseSha: yield* tip("main"),
        headSha: yield* tip("feature"),
        mergeable: null,
        mergeableState: "unknown"
      })
      assert.strictEqual(yield* ref("refs/pull/1/head"), yield* tip("feature"))
      assert.deepStrictEqual(yield* waiting, [id])
    })
  )

  it.effect("has its job compute it", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { ref, row } = yield* scene()

      yield* runAll

      assert.deepInclude(yield* row, { mergeable: true, mergeableState: "clean", changedFiles: 1, commits: 1 })
      assert.isDefined(yield* ref("refs/pull/1/merge"))
      assert.deepStrictEqual(
        (yield* allJobs).map(({ state }) => state),
        ["completed"]
      )
    })
  )

  it.effect("says which rule is broken, and writes nothing", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { path } = yield* repositoryOf(...ahead)
      const { id: repositoryId } = yield* registerRepository({ name: "acme/rules", path })
      const valid = { repositoryId, title: "Add b", base: "main", head: "feature" }
      for (const [wrong, message] of [
        [{ title: " \t" }, "The pull request's title must not be blank"],
        [{ title: "one\ntwo" }, "The pull request's title must be one line without control characters"],
        [{ title: "a\u0000b" }, "The pull request's title must be one line without control characters"],
        [{ base: "" }, "The pull request's base must not be empty"],
        [{ head: " " }, "The pull request's head must not be empty"],
        [{ head: "main" }, "The pull request's head must be another branch than the base"],
        [{ base: "trunk" }, `The pull request's base "trunk" is not a branch of acme/rules`],
        [{ head: "topic" }, `The pull request's head "topic" is not a branch of acme/rules`],
        [{ head: "-x" }, `The pull request's head cannot be "-x", because it begins with a dash`],
        [{ base: "a..b" }, `The pull request's base cannot be "a..b", because it has two dots in a row`],
        [{ repositoryId: 2_000_000_000 }, "The pull request's repository 2000000000 does not exist"]
      ] as const) {
        const error = yield* Effect.flip(openPullRequest({ ...valid, ...wrong }))
        assert.deepInclude(error, { _tag: "PullRequestRejected", retryable: false })
        assert.strictEqual(error.message, message)
      }
      assert.deepStrictEqual(yield* rowsOf(repositoryId), [])
      assert.deepStrictEqual(yield* allJobs, [])
    })
  )

  it.effect("opens one of a kind at a time, and another when the first is closed", () =>
    Effect.gen(function* () {
      const { id, open, repositoryId } = yield* scene()

      const error = yield* Effect.flip(open("feature"))
      assert.strictEqual(
        error.message,
        `The pull request's head "feature" already has an open pull request into "main"`
      )

      yield* closePullRequest(id)
      assert.strictEqual((yield* open("feature")).number, 2)
      assert.deepStrictEqual(
        (yield* rowsOf(repositoryId)).map(({ number, state }) => [number, state]),
        [
          [1, "closed"],
          [2, "open"]
        ]
      )
    })
  )

  it.effect("numbers twenty that are opened at once without a gap and without a twin", () =>
    Effect.gen(function* () {
      yield* noJobs
      const heads = Array.from({ length: 20 }, (_, index) => `topic-${index}`)
      const { path } = yield* repositoryOf(
        { on: "main", from: null, files: { a: "" } },
        ...heads.map((on) => ({ on, from: "main", files: { [on]: "" } }))
      )
      const { id: repositoryId } = yield* registerRepository({ name: "acme/twenty", path })

      yield* Effect.forEach(heads, (head) => openPullRequest({ repositoryId, title: head, base: "main", head }), {
        concurrency: "unbounded"
      })

      const rows = yield* rowsOf(repositoryId)
      assert.deepStrictEqual(
        rows.map(({ number }) => number),
        Array.from({ length: 20 }, (_, index) => index + 1)
      )
      assert.deepStrictEqual(
        yield* waiting,
        rows.map(({ id }) => id).toSorted((a, b) => a - b)
      )
    })
  )

  it.effect("uses up no number when it is refused", () =>
    Effect.gen(function* () {
      const { open, push: write } = yield* scene()
      yield* Effect.flip(open("feature"))
      yield* write({ on: "topic", from: "main", files: { "t.txt": "" } })

      assert.strictEqual((yield* open("topic")).number, 2)
    })
  )

  it.effect("opens nothing when the job cannot be enqueued", () =>
    Effect.gen(function* () {
      const { path } = yield* repositoryOf(...ahead)
      const { id: repositoryId } = yield* registerRepository({ name: "acme/no-queue", path })

      const error = yield* Effect.flip(
        withoutQueue(openPullRequest({ repositoryId, title: "Add b", base: "main", head: "feature" }))
      )

      assert.strictEqual(error._tag, "DatabaseUnavailable")
      assert.deepStrictEqual(yield* rowsOf(repositoryId), [])
    })
  )

  it.effect("is open although its head could not be published, which the job makes up for", () =>
    Effect.gen(function* () {
      const { fail } = yield* GitControl
      yield* fail("update-ref", new GitFailed({ args: ["update-ref"], exitCode: 128, stderr: "disk full" }))
      const { id, opened, ref, tip } = yield* scene()
      assert.strictEqual(opened.state, "open")
      assert.isUndefined(yield* ref("refs/pull/1/head"))

      yield* recompute(id)

      assert.strictEqual(yield* ref("refs/pull/1/head"), yield* tip("feature"))
    })
  )

  it.effect("does not put back the head that a faster job has published", () =>
    Effect.gen(function* () {
      yield* noJobs
      const { hold } = yield* GitControl
      const { path, tip } = yield* repositoryOf(...ahead)
      const { id: repositoryId } = yield* registerRepository({ name: "acme/faster", path })
      const publish = yield* hold("update-ref")
      const opening = yield* Effect.forkChild(
        openPullRequest({ repositoryId, title: "Add b", base: "main", head: "feature" })
      )
      yield* publish.arrived
      yield* push(path, { on: "feature", files: { "c.txt": "c\n" } })
      yield* runAll

      yield* publish.open
      yield* Fiber.join(opening)

      assert.strictEqual(yield* refAt(path, "refs/pull/1/head"), yield* tip("feature"))
    })
  )
})
