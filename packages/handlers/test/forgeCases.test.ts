import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  closePullRequest,
  createStatus,
  findPullRequest,
  mergePullRequest,
  recordPush,
  reindexCode,
  submitReview
} from "../src/index.ts"
import { forge } from "./support.ts"
import { codeRepository, indexedFiles } from "./support/codeIndex.ts"
import { peopledScene, waitingFor } from "./support/people.ts"
import { noJobs, runAll } from "./support/queue.ts"
import { ahead, scene } from "./support/scene.ts"
import { kindsWaiting, pushesOf } from "./support/told.ts"

layer(forge(), { excludeTestServices: true })("a pull request", (it) => {
  it.effect("that is opened hears what was reported of its head before it was", () =>
    Effect.gen(function* () {
      const { open, repositoryId, tip } = yield* scene({
        commits: [...ahead, { on: "early", from: "main", files: { e: "" } }]
      })
      yield* createStatus({ repositoryId, sha: yield* tip("early"), state: "failure" })
      yield* noJobs

      const { id } = yield* open("early")

      assert.deepStrictEqual(yield* waitingFor("recompute_review_decision"), [id])
      yield* runAll
      const opened = yield* findPullRequest(id)
      assert.deepInclude(opened, { checkRollup: "failure", mergeableState: "unstable" })
    })
  )

  it.effect("that is closed has its reviews and checks computed like an open one", () =>
    Effect.gen(function* () {
      const { id, row, writer } = yield* peopledScene()
      yield* runAll
      yield* closePullRequest(id)
      yield* submitReview({ pullRequestId: id, actorId: writer.id, verdict: "approve" })
      yield* runAll
      assert.deepInclude(yield* row, { state: "closed", reviewDecision: "approved" })
    })
  )
})

layer(forge(), { excludeTestServices: true })("code search", (it) => {
  it.effect("follows what is merged into the default branch, and passes by what is pushed elsewhere", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId } = yield* scene()
      yield* noJobs
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })
      yield* recordPush({ repositoryId, branches: ["feature"] })
      assert.notInclude(yield* kindsWaiting, "reindex_search")

      yield* mergePullRequest({ pullRequestId: id, method: "squash" })
      assert.include(yield* kindsWaiting, "reindex_search")
    })
  )
})

layer(forge(), { excludeTestServices: true })("what is told of a push", (it) => {
  const commits = [
    { on: "main", from: null, files: { a: "1" }, message: "one" },
    { on: "main", files: { a: "2" }, message: "two" }
  ] as const

  it.effect("is a new branch's own commits, and the branch whose tip it shares where it has none", () =>
    Effect.gen(function* () {
      const { repository, repositoryId, tip, push } = yield* scene({ commits: [...commits, ...ahead.slice(1)] })
      yield* push({ on: "new", from: "main", files: { n: "" }, message: "own" })
      yield* recordPush({ repositoryId, branches: ["new"] })
      yield* repository.forcePush("same", yield* tip("main"))
      yield* recordPush({ repositoryId, branches: ["same"] })

      const [own, same] = yield* pushesOf(repositoryId)
      assert.deepInclude(own, { created: true, forced: false, base_ref: null, after: yield* tip("new") })
      assert.deepStrictEqual(messagesOf(own), ["own"])
      assert.deepInclude(same, { created: true, base_ref: "refs/heads/main", after: yield* tip("main") })
      assert.deepStrictEqual(messagesOf(same), [])
    })
  )

  it.effect("is that it was forced, with what is new of it; and of a deletion nothing but that", () =>
    Effect.gen(function* () {
      const { push, repository, repositoryId } = yield* scene({ commits: [...commits, ...ahead.slice(1)] })
      yield* push({ on: "feature", from: "main", files: { z: "" }, message: "instead" })
      yield* recordPush({ repositoryId, branches: ["feature"] })
      yield* repository.deleteBranch("feature")
      yield* recordPush({ repositoryId, branches: ["feature"] })

      const [forced, deleted] = yield* pushesOf(repositoryId)
      assert.deepInclude(forced, { forced: true, created: false, deleted: false })
      assert.deepStrictEqual(messagesOf(forced), ["instead"])
      assert.deepInclude(deleted, { deleted: true, head_commit: null, after: "0".repeat(40) })
      assert.deepStrictEqual(messagesOf(deleted), [])
    })
  )
})

const messagesOf = (body: Readonly<Record<string, unknown>> | undefined) =>
  ((body?.["commits"] ?? []) as ReadonlyArray<{ readonly message: string }>).map(({ message }) => message.trim())

layer(forge())("a first index", (it) => {
  it.effect("is written in as many batches as its contents take, with large files between them", () =>
    Effect.gen(function* () {
      const files = Object.fromEntries(
        Array.from({ length: 14 }, (_, n) => [`f${n}`, `${n} `.repeat(n % 5 === 4 ? 200_000 : 90_000)])
      )
      const { id } = yield* codeRepository([{ on: "main", from: null, files }])
      assert.deepInclude(yield* reindexCode(id), { _tag: "Indexed", changedFiles: 14, readBlobs: 14 })
      const expected = Object.entries(files).map(([path, text]) => [path, text.length > 393_216 ? "(large)" : text])
      assert.deepStrictEqual(yield* indexedFiles(id), Object.fromEntries(expected))
    })
  )
})
