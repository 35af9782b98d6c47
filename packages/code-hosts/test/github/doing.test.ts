import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { addComment, addLabel, removeLabel } from "../../src/testing/forge/index.ts"
import { opening } from "../hostScene.ts"
import { github, type Scene, until } from "./support.ts"

const { scene } = github()

/** A scene with its pull request. */
const opened = Effect.fnUntraced(function* (...options: Parameters<typeof scene>) {
  const on = yield* scene(...options)
  yield* on.host.create(opening(on))
  const pullRequest = on.remote.pullRequests.get(1)
  if (pullRequest === undefined) throw new Error("no pull request")
  return { ...on, pullRequest, at: { repository: on.repository, externalId: "1" } }
})

const bodies = ({
  pullRequest
}: {
  readonly pullRequest: { readonly comments: ReadonlyArray<{ readonly body: string }> }
}) => pullRequest.comments.map(({ body }) => body)

describe("a comment", () => {
  it.live("is made once for a key, and again for another", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      for (const key of ["one", "one", "two", "one"]) yield* on.host.comment({ ...on.at, body: "Hello -->", key })
      expect(bodies(on)).toHaveLength(2)
      expect(bodies(on)[0]).toMatch(/^Hello -->\n\n<!-- drover:comment:[0-9a-f]{32} -->$/)
    })
  )

  it.live("is found behind many others, and is not one that quotes it", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      const { forge, remote } = on
      yield* on.host.comment({ ...on.at, body: "First", key: "key" })
      const [first = ""] = bodies(on)
      on.pullRequest.comments.length = 0
      const bob = forge.addUser("bob")
      const say = (body: string) => Effect.promise(() => addComment(forge, remote, bob, on.pullRequest, body))
      yield* say(first.replaceAll(/^/gm, "> "))
      // by ourselves, and yet about it
      const self = forge.addUser(`drover-${on.repository.id}`)
      const repeat = (body: string) => Effect.promise(() => addComment(forge, remote, self, on.pullRequest, body))
      yield* repeat(first.replaceAll(/^/gm, "> "))
      yield* repeat(`${first}\n\nI agree`)
      yield* on.host.comment({ ...on.at, body: "First", key: "key" })
      expect(bodies(on)).toHaveLength(4)
      for (let index = 0; index < 210; index += 1) yield* say(`Talk ${index}`)
      yield* on.host.comment({ ...on.at, body: "First", key: "key" })
      expect(bodies(on)).toHaveLength(214)
    })
  )
})

describe("labels", () => {
  it.live("are added and taken away, whoever did a part of it before", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      expect(yield* on.host.label({ ...on.at, add: ["batch", "Needs Review"] })).toMatchObject({
        labels: ["batch", "Needs Review"]
      })
      const change = { ...on.at, add: ["batch", "blue/green"], remove: ["needs review", "never there"] }
      for (const labels of [
        ["batch", "blue/green"],
        ["batch", "blue/green"]
      ]) {
        expect(yield* on.host.label(change)).toMatchObject({ labels })
      }
      expect(yield* on.host.label({ ...on.at, remove: ["blue/green"] })).toMatchObject({ labels: ["batch"] })
    })
  )
})

describe("a label that somebody else takes away at the same time", () => {
  it.live("is gone, which is what was wanted", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      yield* on.host.label({ ...on.at, add: ["batch", "other"] })
      const latch = yield* Latch.make(false)
      const isDelete = ({ method }: { readonly method: string }) => method === "DELETE"
      on.forge.faults.plan({ kind: "slow", until: Effect.runPromise(latch.await) }, { on: isDelete })
      on.forge.log.clear()
      const fiber = yield* Effect.forkChild(on.host.label({ ...on.at, remove: ["batch"] }), { startImmediately: true })
      yield* until(() => on.forge.log.all.some(isDelete))
      yield* Effect.promise(() => removeLabel(on.forge, on.remote, on.forge.addUser("bob"), on.pullRequest, "batch"))
      yield* latch.open
      expect(yield* Fiber.join(fiber)).toMatchObject({ labels: ["other"] })
    })
  )
})

describe("a merge", () => {
  it.live.each(["merge", "squash", "rebase"] as const)("by %s is a merge of git's", (method) =>
    Effect.gen(function* () {
      const on = yield* opened()
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "else.txt": "else\n" }))
      const expectedHead = on.pullRequest.headSha
      const options = { ...on.at, method, expectedHead, title: "A title", message: "A message" }
      const merged = yield* on.host.merge(options)
      const tip = yield* Effect.promise(() => on.forge.tip(on.remote, "main"))
      expect(merged).toMatchObject({ state: "merged", mergeCommitSha: tip })
      expect(yield* on.host.merge(options)).toMatchObject({ state: "merged", mergeCommitSha: tip })
      yield* on.host.tip({ repository: on.repository, branch: "main" })
      const log = yield* on.git("log", "-1", "--format=%P|%B", tip ?? "")
      if (method !== "rebase") expect(log.slice(log.indexOf("|") + 1).trim()).toBe("A title\n\nA message")
      expect(log.slice(0, log.indexOf("|")).split(" ")).toHaveLength(method === "merge" ? 2 : 1)
    })
  )

  const cases: ReadonlyArray<readonly [string, (on: Pick<Scene, "forge" | "remote">) => Promise<unknown>]> = [
    ["conflict", (on) => on.forge.commit(on.remote, "main", { "fix.txt": "otherwise\n" })],
    ["blocked", (on) => on.forge.protect(on.remote, "main", { approvals: 1 })],
    ["checks pending", (on) => on.forge.protect(on.remote, "main", { checks: ["ci"] })],
    ["head moved", (on) => on.forge.commit(on.remote, "fix", { "more.txt": "more\n" })],
    ["closed", (on) => on.forge.deleteBranch(on.remote, "fix")],
    [
      "method",
      async (on) => {
        on.remote.mergeMethods = ["squash"]
      }
    ]
  ]
  it.live.each(cases)("says why it did not happen: %s", ([reason, prepare]) =>
    Effect.gen(function* () {
      const on = yield* opened()
      const expectedHead = on.pullRequest.headSha
      yield* Effect.promise(() => prepare(on))
      const error = yield* Effect.flip(on.host.merge({ ...on.at, method: "merge", expectedHead }))
      expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason, externalId: "1", retryable: false })
    })
  )

  it.live("of a draft says so", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      yield* on.host.markDraft(on.at)
      const error = yield* Effect.flip(on.host.merge({ ...on.at, method: "merge" }))
      expect(error).toMatchObject({ _tag: "NotMergeableOnHost", reason: "draft" })
    })
  )
})

describe("auto-merge", () => {
  it.live("waits for the rules of the branch, and can be taken back", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      const enable = on.host.enableAutoMerge?.({ ...on.at, method: "squash" }) ?? Effect.die("cannot")
      const disable = on.host.disableAutoMerge?.(on.at) ?? Effect.die("cannot")
      expect((yield* Effect.flip(enable))._tag).toBe("RejectedByHost")
      yield* Effect.promise(() => on.forge.protect(on.remote, "main", { checks: ["ci"] }))
      for (const once of [enable, enable]) expect(yield* once).toMatchObject({ state: "open" })
      expect(on.pullRequest.autoMerge).toMatchObject({ method: "squash" })
      for (const once of [disable, disable]) expect(yield* once).toMatchObject({ state: "open" })
      expect(on.pullRequest.autoMerge).toBe(null)
      yield* enable
      on.remote.protections.clear()
      expect(yield* on.host.load(on.at)).toMatchObject({ state: "merged" })
    })
  )
})

describe("a branch that is behind", () => {
  it.live("takes in its base, once", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      yield* Effect.promise(() => on.forge.protect(on.remote, "main", { upToDate: true }))
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "else.txt": "else\n" }))
      expect(yield* on.host.load(on.at)).toMatchObject({ mergeableState: "behind" })
      const expectedHead = on.pullRequest.headSha
      const update = (head?: string) => on.host.updateBranch?.({ ...on.at, expectedHead: head }) ?? Effect.die("cannot")
      expect(yield* update(expectedHead)).toMatchObject({ mergeableState: "clean" })
      const head = on.pullRequest.headSha
      expect(yield* update()).toMatchObject({ headSha: head })
      yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "fix.txt": "otherwise\n" }))
      expect(yield* Effect.flip(update(expectedHead))).toMatchObject({ reason: "head moved" })
      expect(yield* Effect.flip(update())).toMatchObject({ _tag: "NotMergeableOnHost", reason: "conflict" })
    })
  )
})

describe("reviewers", () => {
  it.live("are asked, and must be able to review", () =>
    Effect.gen(function* () {
      const on = yield* opened()
      on.remote.roles.set("bob", "write")
      on.forge.addUser("bob")
      const ask = (...reviewers: ReadonlyArray<string>) =>
        on.host.requestReviewers?.({ ...on.at, reviewers }) ?? Effect.die("cannot")
      for (const once of [ask("bob"), ask("bob"), ask()]) expect(yield* once).toMatchObject({ state: "open" })
      expect([...on.pullRequest.reviewers.keys()]).toEqual(["bob"])
      expect((yield* Effect.flip(ask("stranger")))._tag).toBe("RejectedByHost")
    })
  )
})

it.live("a label that the forge knows keeps the letters that it was made with", () =>
  Effect.gen(function* () {
    const on = yield* opened()
    yield* Effect.promise(() => addLabel(on.forge, on.remote, on.forge.addUser("bob"), on.pullRequest, "Bug"))
    expect(yield* on.host.label({ ...on.at, add: ["bug"] })).toMatchObject({ labels: ["Bug"] })
  })
)
