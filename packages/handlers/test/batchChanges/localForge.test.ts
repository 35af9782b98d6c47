import type { HostPullRequest } from "@drover/code-hosts"
import { Database, DatabaseClock } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { CodeHosts } from "../../src/batchChanges/host/CodeHosts.ts"
import { saveSeen, seenOf } from "../../src/batchChanges/changesets/saveSeen.ts"
import {
  changeLabels,
  closePullRequest,
  createStatus,
  findRepository,
  recomputeReviews,
  repositories,
  setProtection,
  setRole,
  submitReview,
  updatePullRequest
} from "../../src/index.ts"
import { changesets } from "../../src/schema/changesets.ts"
import { forge } from "../support.ts"
import { told } from "../support/actors.ts"
import { GitControl } from "../support/GitControl.ts"
import { hostScene } from "../support/hostScene.ts"
import { eventsOf } from "../support/told.ts"

type Scene = Effect.Success<ReturnType<typeof hostScene>>

/** `feature`, one commit ahead of `main`, and its pull request. */
const proposed = Effect.fnUntraced(function* ({ host, people, pullRequestId, repository }: Scene) {
  const head = yield* people.commit("feature", { "b.txt": "two\n" })
  const words = { title: "Add b", body: "" }
  const { pullRequest } = yield* host.create({
    repository,
    ...words,
    baseRef: "main",
    headRef: "feature",
    draft: false
  })
  const { externalId } = pullRequest
  return { head, pullRequest, at: { repository, externalId }, id: yield* pullRequestId(externalId) }
})

const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.result(effect), (result) => (result._tag === "Success" ? "done" : result.failure._tag))

layer(CodeHosts.local.pipe(Layer.provideMerge(forge())), { excludeTestServices: true })("the forge as a host", (it) => {
  it.effect("does as much for a user as their role allows", () =>
    Effect.gen(function* () {
      const expected: Readonly<Record<"read" | "write", Array<string>>> = {
        read: ["done", "ForbiddenOnHost", "done", "ForbiddenOnHost", "ForbiddenOnHost", "ForbiddenOnHost", "done"],
        write: ["done", "done", "done", "done", "done", "done", "done"]
      }
      for (const role of ["read", "write"] as const) {
        const scene = yield* hostScene()
        const { at, head } = yield* proposed(scene)
        yield* scene.people.commit("other", { "c.txt": "" })
        const commit = yield* scene.build(head, { "d.txt": "" })
        const { repository, repositoryId } = scene
        yield* setRole({ repositoryId, userId: scene.person, role })
        const { connect } = yield* CodeHosts
        const row = yield* findRepository(repository.name)
        const host = yield* connect({ repository: row!, subject: { _tag: "BulkJob", userId: scene.person } })

        const tags = yield* Effect.all([
          tagOf(host.load(at)),
          tagOf(host.create({ repository, title: "C", body: "", baseRef: "main", headRef: "other", draft: false })),
          tagOf(host.comment({ ...at, body: "Hello", key: "1" })),
          tagOf(host.label({ ...at, add: ["bug"] })),
          tagOf(host.push({ repository, branch: "feature", commit, expected: head })),
          tagOf(host.merge({ ...at, method: "merge" })),
          tagOf(host.tip({ repository, branch: "main" }))
        ])

        assert.deepStrictEqual(tags, expected[role])
      }
    })
  )

  it.effect("knows no repository for who may not read it, nor one that is gone", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("read")
      const { host, repository, repositoryId } = scene
      const { run } = yield* Database
      const { at } = yield* proposed({ ...scene, host: yield* asDrover(scene) })
      const all = Effect.all([
        tagOf(host.load(at)),
        tagOf(host.close(at)),
        tagOf(host.tip({ repository, branch: "main" })),
        tagOf(host.push({ repository, branch: "x", commit: "deadbeef".repeat(5), expected: null })),
        tagOf(host.create({ repository, title: "x", body: "", baseRef: "main", headRef: "feature", draft: false }))
      ])

      yield* setRole({ repositoryId, userId: scene.actor ?? 0, role: null })
      assert.deepStrictEqual(new Set(yield* all), new Set(["RepositoryMissing"]))

      yield* setRole({ repositoryId, userId: scene.actor ?? 0, role: "admin" })
      yield* run((db) =>
        db
          .update(repositories)
          .set({ deletedAt: sql`now()` })
          .where(eq(repositories.id, repositoryId))
      )
      assert.deepStrictEqual(new Set(yield* all), new Set(["RepositoryMissing"]))
    })
  )

  it.effect("acts as the user that the subject names, and else as Drover", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("write")
      const { actor, host, repositoryId } = scene
      const { at, id } = yield* proposed(scene)
      yield* host.comment({ ...at, body: "Hello", key: "1" })
      yield* host.merge({ ...at, method: "squash" })
      const drover = yield* asDrover(scene)
      yield* drover.comment({ ...at, body: "Hello", key: "2" })

      const acted = (yield* told(id)).map(({ action, actorId, event }) => [event, action, actorId])
      const by = actor ?? null
      assert.deepStrictEqual(acted, [
        ["pull_request", "opened", by],
        ["issue_comment", "created", by],
        ["pull_request", "closed", by],
        ["issue_comment", "created", null]
      ])
      const pushes = (yield* eventsOf(repositoryId)).filter(({ event }) => event === "push")
      assert.deepStrictEqual(
        pushes.map(({ actorId, payload }) => [actorId, payload["ref"]]),
        [
          [scene.person, "refs/heads/feature"],
          [actor, "refs/heads/main"]
        ]
      )
    })
  )

  it.effect("pushes by the rules by which anybody does", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("write")
      const { build, host, people, repository, repositoryId } = scene
      yield* people.commit("release/1", { "r.txt": "1\n" })
      const first = (yield* host.tip({ repository, branch: "release/1" })) ?? ""
      const next = yield* build(first, { "r.txt": "2\n" })
      const other = yield* build((yield* host.tip({ repository, branch: "main" })) ?? "", { "r.txt": "3\n" })
      yield* setProtection({ repositoryId, pattern: "release/*", requirePullRequest: true })
      const push = { repository, branch: "release/1", commit: next, expected: first }

      const refused = yield* Effect.flip(host.push(push))
      assert.strictEqual(refused._tag, "RejectedByHost")
      assert.include(refused.message, "push another branch and open a pull request into release/1")
      const drover = yield* asDrover(scene)
      const forced = yield* Effect.flip(drover.push({ ...push, commit: other }))
      assert.include(forced.message, "would lose commits")
      yield* drover.push(push)

      assert.strictEqual(yield* host.tip({ repository, branch: "release/1" }), next)
      yield* host.push({ ...push, branch: "free", commit: other, expected: null })
    })
  )

  it.effect("rejects for good a branch that another one is in the way of", () =>
    Effect.gen(function* () {
      const { build, host, people, repository } = yield* hostScene("write")
      const tip = yield* people.commit("topic", { "b.txt": "" })
      const commit = yield* build(tip, { "c.txt": "" })

      const error = yield* Effect.flip(host.push({ repository, branch: "topic/one", commit, expected: null }))

      assert.deepInclude(error, { _tag: "RejectedByHost", retryable: false })
      assert.include(error.message, "choose another name")
    })
  )

  it.effect("tells of a push that died before it was told, when it is repeated", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("write")
      const { actor, build, host, repository, repositoryId } = scene
      const { at, head } = yield* proposed(scene)
      const { crashAfter } = yield* GitControl
      const next = yield* build(head, { "c.txt": "" })
      const push = host.push({ repository, branch: "feature", commit: next, expected: head })
      yield* crashAfter("update-ref")
      assert.strictEqual((yield* Effect.exit(push))._tag, "Failure")
      assert.strictEqual(yield* host.tip({ repository, branch: "feature" }), next)
      assert.strictEqual((yield* host.load(at)).headSha, head)

      yield* Effect.repeat(push, { times: 2 })

      assert.strictEqual((yield* host.load(at)).headSha, next)
      const pushes = (yield* eventsOf(repositoryId)).filter(({ payload }) => payload["after"] === next)
      assert.deepStrictEqual(
        pushes.map(({ actorId, event }) => [event, actorId]),
        [
          ["push", actor ?? null],
          ["pull_request", actor ?? null]
        ]
      )
    })
  )

  it.effect("says what a merge waits for", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("write")
      const { host, person, repositoryId } = scene
      const { at, head, id } = yield* proposed(scene)
      yield* setProtection({ repositoryId, pattern: "main", requiredApprovals: 1, requiredChecks: ["build"] })
      const merge = host.merge({ ...at, method: "merge", expectedHead: head })
      const reason = Effect.map(Effect.flip(merge), (error) =>
        error._tag === "NotMergeableOnHost" ? error.reason : error
      )

      assert.strictEqual(yield* reason, "blocked")
      yield* submitReview({ pullRequestId: id, actorId: person, verdict: "approve" })
      assert.strictEqual(yield* reason, "checks pending")
      yield* createStatus({ repositoryId, sha: head, context: "build", state: "pending" })
      assert.strictEqual(yield* reason, "checks pending")
      yield* createStatus({ repositoryId, sha: head, context: "build", state: "failure" })
      assert.strictEqual(yield* reason, "blocked")
      yield* createStatus({ repositoryId, sha: head, context: "build", state: "success" })
      assert.strictEqual((yield* merge).state, "merged")
    })
  )

  it.effect("is newer after every change that it shows, so that none is taken for an old one", () =>
    Effect.gen(function* () {
      const scene = yield* hostScene("write")
      const { host, people, person, repositoryId, settle } = scene
      const { run } = yield* Database
      const { at, head, id, pullRequest } = yield* proposed(scene)
      const [row] = yield* run((db) =>
        db.insert(changesets).values({ repositoryId, headRef: "feature" }).returning({ id: changesets.id })
      )
      const changesetId = row!.id
      let last: HostPullRequest = pullRequest
      const status = (state: "pending" | "success") =>
        createStatus({ repositoryId, sha: head, context: "build", state })
      const changes: ReadonlyArray<readonly [name: string, change: Effect.Effect<unknown, unknown>]> = yield* inContext(
        [
          ["what it waits for is computed", settle],
          ["a check reports", Effect.andThen(status("pending"), recomputeReviews(id))],
          ["a check ends", Effect.andThen(status("success"), recomputeReviews(id))],
          [
            "somebody approves",
            Effect.andThen(
              submitReview({ pullRequestId: id, actorId: person, verdict: "approve" }),
              recomputeReviews(id)
            )
          ],
          ["a label is added", changeLabels({ pullRequestId: id, add: ["bug"] })],
          ["a label is removed", changeLabels({ pullRequestId: id, remove: ["bug"] })],
          ["the title is another", updatePullRequest({ pullRequestId: id, title: "Another" })],
          ["the body is another", updatePullRequest({ pullRequestId: id, body: "Another" })],
          ["it becomes a draft", host.markDraft(at)],
          ["it becomes ready", host.markReady(at)],
          ["it is computed again", settle],
          ["the base moves", people.commit("main", { "a.txt": "two\n" })],
          ["the head moves", people.commit("feature", { "a.txt": "three\n" })],
          ["it is found to conflict", settle],
          ["it is closed", closePullRequest(id)],
          ["it is opened again", host.reopen(at)]
        ]
      )

      yield* saveSeen({ changesetId, pullRequest: last })
      for (const [name, change] of changes) {
        // a clock that stands still, and far behind
        yield* Effect.provideService(change, DatabaseClock, sql`'2001-01-01T00:00:00Z'::timestamptz`)
        const shown = yield* host.load(at)

        const { updatedAt: _, ...content } = shown
        const { updatedAt: __, ...before } = last
        assert.notDeepEqual(content, before, name)
        assert.isAbove(shown.updatedAt.getTime(), last.updatedAt.getTime(), name)
        assert.isTrue(yield* saveSeen({ changesetId, pullRequest: shown }), name)
        assert.isFalse(yield* saveSeen({ changesetId, pullRequest: last }), name)
        const [saved] = yield* run((db) => db.select().from(changesets).where(eq(changesets.id, changesetId)))
        assert.deepInclude(saved!, seenOf(shown))
        last = shown
      }
    })
  )
})

const asDrover = Effect.fnUntraced(function* ({ repository }: Pick<Scene, "repository">) {
  const { connect } = yield* CodeHosts
  const row = yield* findRepository(repository.name)
  return yield* connect({ repository: row!, subject: { _tag: "ImportedChangeset" } })
})

/** Effects that need nothing more. */
const inContext = Effect.fnUntraced(function* <R>(
  changes: ReadonlyArray<readonly [name: string, change: Effect.Effect<unknown, unknown, R>]>
) {
  const context = yield* Effect.context<R>()
  return changes.map(([name, change]) => [name, Effect.provideContext(change, context)] as const)
})
