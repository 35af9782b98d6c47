import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { GatedRequest, SeenLimits } from "../../src/index.ts"
import { addReview, setStatus } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { bearer, bitbucket } from "./support.ts"

const { scene } = bitbucket()

/** A scene with a pull request, and people who judge it. */
const opened = Effect.gen(function* () {
  const on = yield* scene()
  yield* on.host.create(opening(on))
  const { forge, pullRequest, remote } = on
  const judge = (login: string, state: "approved" | "changes_requested") =>
    Effect.promise(() => addReview(forge, remote, forge.addUser(login), pullRequest(), { state, body: "" }))
  const build = (state: "error" | "failure" | "pending" | "success", context = "build") =>
    Effect.promise(() =>
      setStatus(forge, remote, forge.addUser("ci"), pullRequest().headSha, { context, state, description: null })
    )
  const demand = (rules: { readonly approvals?: number; readonly checks?: ReadonlyArray<string> }) =>
    Effect.promise(() => forge.protect(remote, "main", rules))
  return { ...on, judge, build, demand }
})

describe("a pull request of Bitbucket's", () => {
  it.live("shows what its builds and its reviewers come to", () =>
    Effect.gen(function* () {
      const { at, build, host, judge } = yield* opened
      expect(yield* host.load(at)).toMatchObject({ checkState: "expected", reviewState: null, mergeableState: "clean" })
      yield* build("pending")
      expect(yield* host.load(at)).toMatchObject({ checkState: "pending", mergeableState: "unstable" })
      yield* build("failure")
      yield* build("success", "other")
      expect(yield* host.load(at)).toMatchObject({ checkState: "failure" })
      yield* build("success")
      yield* judge("bob", "approved")
      expect(yield* host.load(at)).toMatchObject({ checkState: "success", reviewState: "approved" })
      yield* judge("ada", "changes_requested")
      expect(yield* host.load(at)).toMatchObject({ reviewState: "changes_requested" })
    })
  )

  it.live("is not merged while something is in the way, and says what", () =>
    Effect.gen(function* () {
      const { at, build, demand, host, judge } = yield* opened
      yield* demand({ approvals: 1, checks: ["build"] })
      const merge = host.merge({ ...at, method: "merge" })
      expect(yield* host.load(at)).toMatchObject({ mergeableState: "blocked", reviewState: "review_required" })
      const unapproved = yield* Effect.flip(merge)
      expect(unapproved).toMatchObject({ _tag: "NotMergeableOnHost", reason: "blocked" })
      expect(unapproved.message).toContain("You still need 1 approvals")
      yield* judge("bob", "approved")
      expect(yield* Effect.flip(merge)).toMatchObject({ _tag: "NotMergeableOnHost", reason: "checks pending" })
      yield* build("success")
      expect(yield* merge).toMatchObject({ state: "merged" })
    })
  )

  it.live("is merged by a strategy that the repository has, or not at all", () =>
    Effect.gen(function* () {
      const { at, forge, host, remote } = yield* opened
      remote.mergeMethods = ["squash"]
      const main = yield* Effect.promise(() => forge.tip(remote, "main"))
      for (const method of ["merge", "rebase"] as const) {
        const error = yield* Effect.flip(host.merge({ ...at, method }))
        expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason: "method" })
      }
      expect(yield* Effect.promise(() => forge.tip(remote, "main"))).toBe(main)
      expect(yield* host.merge({ ...at, method: "squash" })).toMatchObject({ state: "merged" })
    })
  )

  it.live("says in its commit what is asked, below Bitbucket's own subject where there is no title", () =>
    Effect.gen(function* () {
      const { at, forge, host, remote } = yield* opened
      const { mergeCommitSha } = yield* host.merge({ ...at, method: "merge", message: "Because." })
      const message = yield* Effect.promise(() => forge.message(remote, mergeCommitSha ?? ""))
      expect(message).toBe("Pull request #1: Fix it\n\nBecause.")
    })
  )

  it.live("is shown to people at its address", () =>
    Effect.gen(function* () {
      const { at, fake, host, repository } = yield* opened
      const [owner, slug] = repository.name.split("/")
      expect((yield* host.load(at)).url).toBe(`${fake.url}/projects/${owner}/repos/${slug}/pull-requests/1`)
    })
  )
})

describe("reviewers", () => {
  it.live("are asked beside those who are, once", () =>
    Effect.gen(function* () {
      const { at, forge, host, judge, pullRequest } = yield* opened
      yield* judge("bob", "approved")
      for (const login of ["ada", "eve"]) forge.addUser(login)
      const ask = host.requestReviewers?.({ ...at, reviewers: ["ada", "bob", "eve"] }) ?? Effect.die("no reviewers")
      yield* Effect.repeat(ask, { times: 1 })
      expect([...pullRequest().reviewers.keys()]).toEqual(["ada", "eve"])
      expect(yield* host.load(at)).toMatchObject({ reviewState: "approved" })
    })
  )

  it.live("that are nobody are rejected by name, and nobody is asked", () =>
    Effect.gen(function* () {
      const { at, forge, host, pullRequest } = yield* opened
      forge.addUser("ada")
      const ask = host.requestReviewers?.({ ...at, reviewers: ["ada", "nobody"] }) ?? Effect.die("no reviewers")
      const error = yield* Effect.flip(ask)
      expect(error).toMatchObject({ _tag: "RejectedByHost", retryable: false })
      expect(error.message).toContain("nobody is not a user")
      expect(pullRequest().reviewers.size).toBe(0)
    })
  )
})

describe("an order to merge later", () => {
  it.live("is carried out by Bitbucket once nothing is in the way", () =>
    Effect.gen(function* () {
      const { at, demand, host, judge } = yield* opened
      yield* demand({ approvals: 1 })
      const enable = host.enableAutoMerge?.({ ...at, method: "squash" }) ?? Effect.die("no auto-merge")
      expect(yield* Effect.repeat(enable, { times: 1 })).toMatchObject({ state: "open" })
      yield* judge("bob", "approved")
      expect(yield* host.load(at)).toMatchObject({ state: "merged" })
    })
  )

  it.live("is taken back, however often it is asked", () =>
    Effect.gen(function* () {
      const { at, demand, host, judge } = yield* opened
      yield* demand({ approvals: 1 })
      yield* host.enableAutoMerge?.({ ...at, method: "merge" }) ?? Effect.void
      const disable = host.disableAutoMerge?.(at) ?? Effect.die("no auto-merge")
      yield* Effect.repeat(disable, { times: 1 })
      yield* judge("bob", "approved")
      expect(yield* host.load(at)).toMatchObject({ state: "open" })
    })
  )

  it.live("is rejected where there is nothing to wait for, or the repository does not allow it", () =>
    Effect.gen(function* () {
      const { at, demand, host, pullRequest, remote } = yield* opened
      const enable = Effect.flip(host.enableAutoMerge?.({ ...at, method: "merge" }) ?? Effect.die("no auto-merge"))
      expect(yield* enable).toMatchObject({ _tag: "RejectedByHost" })
      yield* demand({ approvals: 1 })
      remote.autoMerge = false
      expect(yield* enable).toMatchObject({ _tag: "RejectedByHost" })
      expect(pullRequest()).toMatchObject({ state: "open", autoMerge: null })
    })
  )
})

describe("a comment", () => {
  it.live("hides its key where Bitbucket shows nothing, and is found behind many others", () =>
    Effect.gen(function* () {
      const { at, forge, host, pullRequest } = yield* opened
      yield* host.comment({ ...at, body: "Hello", key: "key" })
      const said = pullRequest().comments[0]?.body ?? ""
      expect(said).toMatch(/^Hello\n\n\[drover:comment:[0-9a-f]{32}\]: #$/)
      const author = forge.addUser("bob")
      for (let id = 1; id <= 150; id += 1) {
        pullRequest().comments.push({ id, author, body: `More ${id}`, at: forge.clock.tick() })
      }
      yield* host.comment({ ...at, body: "Hello", key: "key" })
      expect(pullRequest().comments).toHaveLength(151)
    })
  )
})

describe("who may not", () => {
  it.live("may open and comment, and is told so where he may not merge or change what is another's", () =>
    Effect.gen(function* () {
      const { as, at, forge, host, remote, repository } = yield* opened
      remote.roles.set("reader", "read")
      const reader = yield* as(bearer(forge.addToken("reader")))
      for (const ask of [
        reader.merge({ ...at, method: "merge" }),
        reader.update({ ...at, title: "Mine" }),
        reader.close(at)
      ]) {
        expect(yield* Effect.flip(ask)).toMatchObject({ _tag: "ForbiddenOnHost", retryable: false })
      }
      yield* reader.comment({ ...at, body: "Hello", key: "key" })
      yield* Effect.promise(() => forge.commit(remote, "other", { "o.txt": "" }))
      expect(yield* reader.create({ ...opening({ repository }), headRef: "other" })).toMatchObject({ created: true })
      const nobody = yield* as(bearer("withdrawn"))
      expect(yield* Effect.flip(nobody.load(at))).toMatchObject({ _tag: "UnauthorisedOnHost" })
      expect(yield* host.load(at)).toMatchObject({ state: "open", title: "Fix it" })
    })
  )
})

it.live("each request passes the gate, and none goes out while it is closed", () =>
  Effect.gen(function* () {
    const on = yield* scene()
    const entered: Array<GatedRequest> = []
    const seen: Array<SeenLimits> = []
    const host = yield* on.as(bearer(on.token), {
      enter: (request) => Effect.sync(() => void entered.push(request)),
      seen: (limits) => Effect.sync(() => void seen.push(limits))
    })
    on.forge.log.clear()
    yield* host.create(opening(on))
    yield* host.update({ ...on.at, title: "Better" })
    yield* host.tip({ repository: on.repository, branch: "fix" })
    const shown = ["read", "read"]
    const kinds = ["content", ...shown, "read", "write", ...shown, "git"]
    expect(entered.map(({ kind }) => kind)).toEqual(kinds)
    expect(seen).toHaveLength(on.forge.log.all.filter(({ git }) => !git).length)
    on.forge.faults.plan({ kind: "too many", seconds: 30 })
    yield* Effect.flip(host.load(on.at))
    expect(seen.at(-1)).toMatchObject({ host: "bitbucketServer", retryAfter: 30_000 })
  })
)

it.live("asks as often as the README says", () =>
  Effect.gen(function* () {
    const on = yield* scene()
    const { at, forge, host } = on
    const counted = Effect.fnUntraced(function* (ask: Effect.Effect<unknown, unknown>) {
      forge.log.clear()
      yield* ask
      return forge.log.all.length
    })
    const counts = [
      yield* counted(host.create(opening(on))),
      yield* counted(host.create(opening(on))),
      yield* counted(host.load(at)),
      yield* counted(host.comment({ ...at, body: "Hello", key: "key" })),
      yield* counted(host.update({ ...at, title: "Better" })),
      yield* counted(host.update({ ...at, title: "Better" })),
      yield* counted(host.close(at)),
      yield* counted(host.close(at)),
      yield* counted(host.reopen(at)),
      yield* counted(host.merge({ ...at, method: "merge" })),
      yield* counted(host.merge({ ...at, method: "merge" })),
      yield* counted(host.load(at))
    ]
    expect(counts).toEqual([3, 3, 3, 3, 4, 3, 3, 2, 4, 4, 2, 2])
  })
)
