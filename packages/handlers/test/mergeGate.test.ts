import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import {
  branchProtections,
  commitStatuses,
  mergePullRequest,
  pullRequestReviews,
  recompute,
  updateBranch
} from "../src/index.ts"
import { forge } from "./support.ts"
import { people } from "./support/actors.ts"
import { ahead, scene } from "./support/scene.ts"

/** A pull request into a base that is protected like this. */
const guarded = Effect.fnUntraced(function* (
  rules: Omit<typeof branchProtections.$inferInsert, "repositoryId" | "pattern">,
  commits = ahead
) {
  const made = yield* scene({ commits })
  const { repositoryId } = made
  const who = yield* people(repositoryId)
  const { run } = yield* Database
  yield* run((db) => db.insert(branchProtections).values({ repositoryId, pattern: "main", ...rules }))
  const head = yield* made.tip("feature")
  return {
    ...made,
    ...who,
    approve: run((db) =>
      db.insert(pullRequestReviews).values({
        pullRequestId: made.id,
        userId: who.writer,
        state: "approved",
        commitSha: head,
        submittedAt: new Date("2026-01-01T00:00:00Z")
      })
    ),
    report: (context: string, state: "success" | "failure" | "pending") =>
      run((db) => db.insert(commitStatuses).values({ repositoryId, sha: head, context, state })),
    merge: (options: { readonly actorId?: number; readonly bypassProtection?: boolean } = {}) =>
      mergePullRequest({ pullRequestId: made.id, method: "merge", ...options })
  }
})

layer(forge(), { excludeTestServices: true })("the merge of a pull request whose base is protected", (it) => {
  it.effect("is refused with what is missing, and lands when nothing is, whatever was computed before", () =>
    Effect.gen(function* () {
      const { approve, id, merge, name, report, row, tip, writer } = yield* guarded({
        requiredApprovals: 1,
        requiredChecks: ["build"]
      })
      const base = yield* tip("main")
      yield* recompute(id)
      assert.deepInclude(yield* row, { mergeable: true, mergeableState: "blocked" })
      assert.match((yield* row).mergeableReason ?? "", /1 more approval.*; the check "build" has not reported/)

      for (const actorId of [undefined, writer]) {
        const refused = yield* Effect.flip(merge(actorId === undefined ? {} : { actorId }))
        assert.deepInclude(refused, { _tag: "PullRequestNotMergeable", reason: "blocked" })
        assert.lengthOf(refused._tag === "PullRequestNotMergeable" ? refused.missing : [], 2)
        assert.include(refused.message, `${name}#1 cannot be merged: the protection of its base requires`)
        assert.include(refused.message, `the check "build" has not reported`)
      }
      assert.strictEqual(yield* tip("main"), base)

      yield* approve
      yield* report("build", "success")
      // nobody computed it since, and it is what the database says now that counts
      assert.strictEqual((yield* row).mergeableState, "blocked")
      assert.deepInclude(yield* merge({ actorId: writer }), { state: "merged" })
    })
  )

  it.effect("is refused at once when a check fails after it was found clean", () =>
    Effect.gen(function* () {
      const { id, merge, report, row } = yield* guarded({ requiredChecks: ["build"] })
      yield* report("build", "success")
      yield* recompute(id)
      assert.strictEqual((yield* row).mergeableState, "clean")

      yield* report("build", "failure")

      const refused = yield* Effect.flip(merge())
      assert.deepInclude(refused, { reason: "blocked", missing: [`the check "build" failed`] })
    })
  )

  it.effect("is refused while the head lacks commits of the base, where that is required", () =>
    Effect.gen(function* () {
      const { id, merge, row } = yield* guarded({ requireUpToDate: true }, [
        ...ahead,
        { on: "main", files: { "m.txt": "m\n" } }
      ])
      yield* recompute(id)
      assert.deepInclude(yield* row, {
        mergeableState: "blocked",
        mergeableReason: "the head lacks a commit of the base",
        behindBy: 1
      })
      assert.deepInclude(yield* Effect.flip(merge()), {
        reason: "blocked",
        missing: ["the head lacks a commit of the base"]
      })

      yield* updateBranch({ pullRequestId: id })

      assert.strictEqual((yield* merge()).state, "merged")
    })
  )

  it.effect("passes by for an admin who asks for it, and for the operator, and nobody else", () =>
    Effect.gen(function* () {
      const one = yield* guarded({ requiredApprovals: 1 })
      const denied = yield* Effect.flip(one.merge({ actorId: one.writer, bypassProtection: true }))
      assert.deepInclude(denied, { _tag: "Forbidden", needed: "admin", role: "write" })
      assert.deepInclude(yield* Effect.flip(one.merge({ actorId: one.admin })), { reason: "blocked" })
      assert.deepInclude(yield* one.merge({ actorId: one.admin, bypassProtection: true }), { state: "merged" })

      const other = yield* guarded({ requiredApprovals: 1 })
      assert.deepInclude(yield* other.merge({ bypassProtection: true }), { state: "merged" })
    })
  )

  it.effect("is not stopped by a check that nobody requires: it is unstable until that has passed", () =>
    Effect.gen(function* () {
      const { id, merge, report, row } = yield* guarded({})
      for (const [state, expected, reason] of [
        ["pending", "unstable", "checks of the head are not done"],
        ["failure", "unstable", "a check of the head failed"],
        ["success", "clean", null],
        ["failure", "unstable", "a check of the head failed"]
      ] as const) {
        yield* report("lint", state)
        yield* recompute(id)
        assert.deepInclude(yield* row, { mergeableState: expected, mergeableReason: reason, mergeable: true })
      }

      assert.strictEqual((yield* merge()).state, "merged")
    })
  )
})
