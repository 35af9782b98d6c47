import { Database } from "@drover/core"
import { updateRef } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import {
  closePullRequest,
  listPullRequests,
  mergePullRequest,
  openPullRequest,
  recompute,
  repositories,
  viewPullRequest
} from "../src/index.ts"
import { selectPage } from "../src/pullRequests/listPullRequests.ts"
import { forge } from "./support.ts"
import { refAt } from "./support/history.ts"
import { people } from "./support/actors.ts"
import { noJobs, runAll, waiting } from "./support/queue.ts"
import { ahead, scene } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("looking at pull requests", (it) => {
  it.effect("shows one by its id or its label, with its people, to whoever may read", () =>
    Effect.gen(function* () {
      const { name, push, reader, repositoryId, stranger, writer } = yield* Effect.flatMap(scene(), (made) =>
        Effect.map(people(made.repositoryId), (who) => ({ ...made, ...who }))
      )
      yield* push({ on: "other", from: "main", files: { o: "" } })
      const open = { repositoryId, title: "Add o", base: "main", head: "other", actorId: writer }
      const { id, number } = yield* openPullRequest(open)
      yield* mergePullRequest({ pullRequestId: id, method: "squash" })

      const view = yield* viewPullRequest({ repository: name, number, actorId: reader })

      assert.deepInclude(view, { id, state: "merged", mergedBy: null, reviewDecision: null, checkRollup: "expected" })
      assert.strictEqual(view.author?.id, writer)
      assert.deepStrictEqual(yield* viewPullRequest({ pullRequestId: id }), view)
      const denied = yield* Effect.flip(viewPullRequest({ pullRequestId: id, actorId: stranger }))
      assert.strictEqual(denied._tag, "RepositoryUnknown")
      const none = yield* Effect.flip(viewPullRequest({ repository: name, number: 99 }))
      assert.strictEqual(none.message, `There is no pull request ${name}#99`)
    })
  )

  it.effect("asks for the computation of one that nothing is known of, and for no other", () =>
    Effect.gen(function* () {
      const { id, ref, repository } = yield* scene()
      yield* noJobs

      assert.strictEqual((yield* viewPullRequest({ pullRequestId: id })).mergeableState, "unknown")
      yield* viewPullRequest({ pullRequestId: id })
      assert.deepStrictEqual(yield* waiting, [id])
      yield* runAll
      yield* noJobs
      assert.strictEqual((yield* viewPullRequest({ pullRequestId: id })).mergeableState, "clean")
      assert.deepStrictEqual(yield* waiting, [])

      // the merge that can be fetched was taken away, as it is when many are computed together
      yield* Effect.flatMap(ref("refs/pull/1/merge"), (merge) =>
        repository.forcePush("kept", merge!).pipe(Effect.andThen(deleteRef(repository.path, "refs/pull/1/merge")))
      )
      yield* viewPullRequest({ pullRequestId: id })
      assert.deepStrictEqual(yield* waiting, [id])
      yield* runAll
      assert.isDefined(yield* ref("refs/pull/1/merge"))
    })
  )

  it.effect("shows what is known of a repository that cannot be read", () =>
    Effect.gen(function* () {
      const { id, path, repositoryId } = yield* scene()
      yield* recompute(id)
      yield* noJobs
      const { run } = yield* Database
      yield* run((db) =>
        db
          .update(repositories)
          .set({ path: `${path}-gone` })
          .where(eq(repositories.id, repositoryId))
      )

      assert.strictEqual((yield* viewPullRequest({ pullRequestId: id })).mergeableState, "clean")
      assert.deepStrictEqual(yield* waiting, [])
    })
  )

  it.effect("lists by state, base, head and author, the newest first, page by page", () =>
    Effect.gen(function* () {
      const heads = ["a", "b", "c", "d", "e"]
      const { id, repositoryId } = yield* scene({
        commits: [...ahead, ...heads.map((on) => ({ on, from: "main", files: { [on]: "" } }))]
      })
      const { reader, stranger, writer } = yield* people(repositoryId)
      for (const head of heads) {
        const base = head === "c" ? "feature" : "main"
        yield* openPullRequest({ repositoryId, title: head, base, head, authorId: head < "c" ? writer : undefined })
      }
      yield* closePullRequest(id)
      const list = (options: Partial<Parameters<typeof listPullRequests>[0]> = {}) =>
        Effect.map(listPullRequests({ repositoryId, ...options }), ({ next, pullRequests: shown }) => ({
          numbers: shown.map(({ number }) => number),
          next
        }))

      assert.deepStrictEqual(yield* list(), { numbers: [6, 5, 4, 3, 2], next: null })
      assert.deepStrictEqual(yield* list({ limit: 2 }), { numbers: [6, 5], next: 5 })
      assert.deepStrictEqual(yield* list({ limit: 2, before: 5 }), { numbers: [4, 3], next: 3 })
      assert.deepStrictEqual(yield* list({ limit: 2, before: 3 }), { numbers: [2], next: null })
      assert.deepStrictEqual((yield* list({ state: "closed" })).numbers, [1])
      assert.deepStrictEqual((yield* list({ state: "merged" })).numbers, [])
      assert.deepStrictEqual((yield* list({ state: "all" })).numbers, [6, 5, 4, 3, 2, 1])
      assert.deepStrictEqual((yield* list({ base: "feature" })).numbers, [4])
      assert.deepStrictEqual((yield* list({ head: "d" })).numbers, [5])
      assert.deepStrictEqual((yield* list({ authorId: writer })).numbers, [3, 2])
      assert.deepStrictEqual((yield* list({ actorId: reader })).numbers, [6, 5, 4, 3, 2])
      assert.strictEqual((yield* Effect.flip(list({ actorId: stranger })))._tag, "RepositoryUnknown")
      assert.strictEqual((yield* Effect.flip(list({ repositoryId: 2_000_000_000 })))._tag, "RepositoryUnknown")
    })
  )

  it.effect("reads a page in the order of an index, without sorting or passing over others", () =>
    Effect.gen(function* () {
      const { repositoryId } = yield* scene()
      const { run } = yield* Database
      yield* run((db) =>
        db.execute(sql`
          insert into pull_requests (repository_id, number, title, base_ref, head_ref, state, merged_at, merge_commit_sha)
          select ${repositoryId}::bigint, n, 'x', 'main', 'h' || n, case when n % 50 = 0 then 'open' else 'merged' end,
            case when n % 50 = 0 then null else now() end, case when n % 50 = 0 then null else 'x' end
          from generate_series(10, 20000) n`)
      )
      yield* run((db) => db.execute(sql`analyze pull_requests`))
      for (const [state, index] of [
        ["open", "pull_requests_state_idx"],
        ["all", "pull_requests_number_key"]
      ] as const) {
        const rows = yield* run((db) =>
          db.execute(sql`explain (costs off) ${selectPage(db, { repositoryId, state, before: 15_000 }).getSQL()}`)
        )
        const plan = rows.map((row) => String(Object.values(row)[0])).join("\n")
        assert.include(plan, `Index Scan Backward using ${index}`)
        assert.notInclude(plan, "Sort")
        assert.notInclude(plan, "Filter")
      }
    })
  )
})

const deleteRef = (path: string, ref: string) =>
  Effect.flatMap(refAt(path, ref), (from) => updateRef({ repository: path, ref, from: from!, to: null }))
