import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { addReview, setStatus } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { github } from "./support.ts"

const { scene } = github()

describe("pull requests on GitHub", () => {
  it.live("are made, and shown as they are", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const { created, pullRequest } = yield* on.host.create(opening(on))
      expect(created).toBe(true)
      expect(pullRequest).toMatchObject({
        externalId: "1",
        title: "Fix it",
        body: "All of it.",
        baseRef: "main",
        headRef: "fix",
        state: "open",
        draft: false,
        mergeableState: "clean",
        checkState: "expected",
        reviewState: null,
        labels: [],
        mergeCommitSha: null,
        archived: false,
        headSha: yield* Effect.promise(() => on.forge.tip(on.remote, "fix")),
        baseSha: yield* Effect.promise(() => on.forge.tip(on.remote, "main"))
      })
      expect(yield* on.host.load({ repository: on.repository, externalId: "1" })).toEqual(pullRequest)
    })
  )

  it.live("are found where they are open already, and given as they are", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const first = yield* on.host.create(opening(on))
      const second = yield* on.host.create({ ...opening(on), title: "Another" })
      expect(second).toEqual({ created: false, pullRequest: first.pullRequest })
      expect(on.remote.pullRequests.size).toBe(1)
    })
  )

  it.live("change in what they are told to, and in nothing else", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* Effect.promise(() => on.forge.commit(on.remote, "next", {}, {}))
      yield* on.host.create(opening(on))
      const at = { repository: on.repository, externalId: "1" }
      expect(yield* on.host.update({ ...at, title: "Better" })).toMatchObject({ title: "Better", body: "All of it." })
      expect(yield* on.host.update({ ...at, body: "" })).toMatchObject({ title: "Better", body: "" })
      expect(yield* on.host.update({ ...at, baseRef: "next" })).toMatchObject({ baseRef: "next" })
      const before = on.forge.log.all.length
      expect(yield* on.host.update(at)).toMatchObject({ title: "Better", body: "", baseRef: "next" })
      expect(on.forge.log.all.slice(before).map(({ method }) => method)).toEqual(["POST"])
      const error = yield* Effect.flip(on.host.update({ ...at, baseRef: "nowhere" }))
      expect(error).toMatchObject({ _tag: "RejectedByHost", explanation: "Validation Failed: base is invalid" })
    })
  )

  it.live("are drafts until they are ready, and again", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create({ ...opening(on), draft: true })
      const at = { repository: on.repository, externalId: "1" }
      expect(yield* on.host.load(at)).toMatchObject({ draft: true, mergeableState: "draft" })
      for (const mark of [on.host.markReady, on.host.markReady]) {
        expect(yield* mark(at)).toMatchObject({ draft: false, mergeableState: "clean" })
      }
      for (const mark of [on.host.markDraft, on.host.markDraft]) expect(yield* mark(at)).toMatchObject({ draft: true })
    })
  )

  it.live("cannot be drafts where the repository has none", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      on.remote.drafts = false
      const error = yield* Effect.flip(on.host.create({ ...opening(on), draft: true }))
      expect(error).toMatchObject({ _tag: "NotSupportedByHost", what: "drafts" })
    })
  )

  it.live("close and open, and stay as they are when asked twice", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      const at = { repository: on.repository, externalId: "1" }
      on.forge.log.clear()
      for (const state of ["closed", "closed"]) expect(yield* on.host.close(at)).toMatchObject({ state })
      for (const state of ["open", "open"]) expect(yield* on.host.reopen(at)).toMatchObject({ state })
      // what is so already is not written again
      expect(on.forge.log.all.filter(({ method }) => method === "PATCH")).toHaveLength(2)
      yield* on.host.merge({ ...at, method: "merge" })
      expect(yield* on.host.close(at)).toMatchObject({ state: "merged" })
      expect(yield* Effect.flip(on.host.reopen(at))).toMatchObject({ _tag: "RejectedByHost" })
    })
  )

  it.live("show what their checks and reviews come to", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* Effect.promise(() => on.forge.protect(on.remote, "main", { approvals: 1, checks: ["ci"] }))
      yield* on.host.create(opening(on))
      const at = { repository: on.repository, externalId: "1" }
      const seen = Effect.map(on.host.load(at), (loaded) => [
        loaded.mergeableState,
        loaded.checkState,
        loaded.reviewState
      ])
      const pullRequest = on.remote.pullRequests.get(1)
      if (pullRequest === undefined) throw new Error("no pull request")
      expect(yield* seen).toEqual(["blocked", "expected", "review_required"])
      const bob = on.forge.addUser("bob")
      const status = (state: "pending" | "success") =>
        Effect.promise(() =>
          setStatus(on.forge, on.remote, bob, pullRequest.headSha, { context: "ci", state, description: null })
        )
      const review = (state: "approved" | "changes_requested") =>
        Effect.promise(() => addReview(on.forge, on.remote, bob, pullRequest, { state, body: "" }))
      yield* status("pending")
      yield* review("changes_requested")
      expect(yield* seen).toEqual(["blocked", "pending", "changes_requested"])
      yield* status("success")
      yield* review("approved")
      expect(yield* seen).toEqual(["clean", "success", "approved"])
      on.remote.protections.clear()
      expect(yield* seen).toEqual(["clean", "success", "approved"])
    })
  )

  it.live("have no tip of a branch that is gone", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      yield* Effect.promise(() => on.forge.deleteBranch(on.remote, "fix"))
      const at = { repository: on.repository, externalId: "1" }
      expect(yield* on.host.load(at)).toMatchObject({ headSha: null, state: "closed" })
    })
  )

  it.live("come a hundred in a request, and one that is gone hides none of the others", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const known = []
      for (let index = 0; index < 3; index += 1) {
        yield* Effect.promise(() => on.forge.commit(on.remote, `fix-${index}`, { "fix.txt": `${index}\n` }))
        const { pullRequest } = yield* on.host.create({ ...opening(on), headRef: `fix-${index}` })
        known.push({ repository: on.repository, externalId: pullRequest.externalId, handle: pullRequest.handle })
      }
      on.remote.pullRequests.delete(2)
      on.forge.log.clear()
      const loaded = yield* on.host.loadMany?.(known) ?? Effect.die("cannot")
      expect(loaded.map(({ at, result }) => [at.externalId, result._tag])).toEqual([
        ["1", "Success"],
        ["2", "Failure"],
        ["3", "Success"]
      ])
      expect(on.forge.log.all).toHaveLength(2)
    })
  )
})

describe("what is not there", () => {
  it.live("is told apart: the repository, the pull request", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const elsewhere = { ...on.repository, name: "acme/nowhere" }
      const missing = { repository: on.repository, externalId: "7" }
      const nowhere = { repository: elsewhere, externalId: "1" }
      for (const ask of [
        on.host.load,
        on.host.close,
        on.host.markReady,
        (at: typeof missing) => on.host.update({ ...at, title: "x" })
      ]) {
        expect((yield* Effect.flip(ask(missing)))._tag).toBe("PullRequestMissing")
        expect((yield* Effect.flip(ask(nowhere)))._tag).toBe("RepositoryMissing")
      }
      const created = yield* Effect.flip(on.host.create({ ...opening(on), repository: elsewhere }))
      expect(created._tag).toBe("RepositoryMissing")
      for (const externalId of ["0", "x", "1.5", "99999999999"]) {
        expect((yield* Effect.flip(on.host.load({ ...missing, externalId })))._tag).toBe("PullRequestMissing")
      }
    })
  )

  it.live("includes what a credential may not see", () =>
    Effect.gen(function* () {
      const on = yield* scene({ private: true })
      const stranger = yield* on.asToken(on.forge.addToken("stranger"))
      const error = yield* Effect.flip(stranger.load({ repository: on.repository, externalId: "1" }))
      expect(error._tag).toBe("RepositoryMissing")
    })
  )
})

describe("a credential", () => {
  it.live("that may read and not write is told so", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      const reader = on.forge.addToken("reader")
      on.remote.roles.set("reader", "read")
      const host = yield* on.asToken(reader)
      const at = { repository: on.repository, externalId: "1" }
      for (const ask of [
        Effect.asVoid(host.create({ ...opening(on), headRef: "main", baseRef: "fix" })),
        host.update({ ...at, title: "x" }),
        host.close(at),
        host.markDraft(at),
        host.label({ ...at, add: ["x"] }),
        host.merge({ ...at, method: "merge" })
      ]) {
        expect((yield* Effect.flip(ask))._tag).toBe("ForbiddenOnHost")
      }
      expect(yield* host.load(at)).toMatchObject({ title: "Fix it", state: "open" })
    })
  )

  it.live("is looked at by one request", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      expect(yield* on.host.validate ?? Effect.die("cannot")).toEqual({
        name: `drover-${on.repository.id}`,
        expiresAt: null
      })
      const withdrawn = yield* on.asToken("nobody's")
      const error = yield* Effect.flip(withdrawn.validate ?? Effect.die("cannot"))
      expect(error).toMatchObject({ _tag: "UnauthorisedOnHost", retryable: false })
    })
  )
})

describe("an archived repository", () => {
  it.live("takes no changes", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      yield* on.host.create(opening(on))
      on.remote.archived = true
      const at = { repository: on.repository, externalId: "1" }
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      for (const ask of [
        Effect.asVoid(on.host.create({ ...opening(on), headRef: "other" })),
        on.host.update({ ...at, title: "x" }),
        on.host.close(at),
        on.host.markDraft(at),
        on.host.comment({ ...at, body: "x", key: "x" }),
        on.host.label({ ...at, add: ["x"] }),
        on.host.merge({ ...at, method: "merge" }),
        on.host.push({ repository: on.repository, branch: "other", commit, expected: null })
      ]) {
        expect((yield* Effect.flip(ask))._tag).toBe("ArchivedOnHost")
      }
      expect(yield* on.host.load(at)).toMatchObject({ archived: true })
    })
  )
})
