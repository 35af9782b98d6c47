import { NodeServices } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { makeGitHub, tokenAuth } from "../../src/github/index.ts"
import { services } from "../hostScene.ts"
import { github } from "./support.ts"

const { scene } = github()

/** A scene, a commit that is on disk alone, and what pushes it. */
const pushing = Effect.gen(function* () {
  const on = yield* scene()
  const main = yield* on.git("rev-parse", "main")
  const commit = yield* on.commit(main, { "a.txt": "a\n" })
  const push = (expected: string | null, changes: { readonly commit?: string; readonly branch?: string } = {}) =>
    on.host.push({ repository: on.repository, branch: "drover/fix", commit, expected, ...changes })
  const tip = on.host.tip({ repository: on.repository, branch: "drover/fix" })
  return { on, main, commit, push, tip }
})

describe("a push to GitHub", () => {
  it.live("makes a branch where there is none, and is done when it is there already", () =>
    Effect.gen(function* () {
      const { commit, push, tip } = yield* pushing
      expect(yield* tip).toBe(null)
      yield* push(null)
      expect(yield* tip).toBe(commit)
      yield* push(null)
      yield* push("0".repeat(39) + "1")
      expect(yield* tip).toBe(commit)
    })
  )

  it.live("moves a branch from where it must be, also backwards", () =>
    Effect.gen(function* () {
      const { commit, main, on, push, tip } = yield* pushing
      yield* push(null)
      const other = yield* on.commit(main, { "b.txt": "b\n" })
      yield* push(commit, { commit: other })
      expect(yield* tip).toBe(other)
    })
  )

  it.live("is a success for all who push the same commit at once", () =>
    Effect.gen(function* () {
      const { commit, push, tip } = yield* pushing
      yield* Effect.all([push(null), push(null), push(null), push(null)], { concurrency: "unbounded" })
      expect(yield* tip).toBe(commit)
    })
  )

  it.live("goes over HTTP alone, whatever the address says", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      const { url } = on.fake
      const gitUrl = `file://${on.remote.path.slice(0, on.remote.path.lastIndexOf("/"))}`
      const auth = tokenAuth(Redacted.make(on.token))
      const host = yield* makeGitHub({ apiUrl: url, graphqlUrl: `${url}/graphql`, gitUrl, auth }).pipe(
        Effect.provide(services)
      )
      const repository = { ...on.repository, name: `${on.remote.id}` }
      const error = yield* Effect.flip(host.push({ repository, branch: "x", commit, expected: null }))
      expect(error.message).toContain("transport 'file' not allowed")
      expect(yield* Effect.promise(() => on.forge.tip(on.remote, "x"))).toBe(null)
    })
  )

  it.live("leaves a branch that is elsewhere, and says where", () =>
    Effect.gen(function* () {
      const { commit, on, push, tip } = yield* pushing
      const theirs = yield* Effect.promise(() => on.forge.commit(on.remote, "drover/fix", { "mine.txt": "mine\n" }))
      for (const expected of [null, commit]) {
        const error = yield* Effect.flip(push(expected))
        expect(error).toMatchObject({ _tag: "BranchMoved", expected, actual: theirs, branch: "drover/fix" })
      }
      yield* Effect.promise(() => on.forge.deleteBranch(on.remote, "drover/fix"))
      expect(yield* Effect.flip(push(theirs))).toMatchObject({ _tag: "BranchMoved", expected: theirs, actual: null })
      expect(yield* tip).toBe(null)
    })
  )

  it.live("is refused for a reason", () =>
    Effect.gen(function* () {
      const { commit, main, on, push } = yield* pushing
      yield* Effect.promise(() => on.forge.protect(on.remote, "main", { closedToPushes: true }))
      const refused = yield* Effect.flip(push(main, { branch: "main" }))
      expect(refused).toMatchObject({ _tag: "RejectedByHost", retryable: false })
      expect(refused.message).toContain("Protected branch update failed")
      const ask = { repository: on.repository, branch: "x", commit, expected: null }
      on.remote.roles.set("reader", "read")
      const reader = yield* on.asToken(on.forge.addToken("reader"))
      expect((yield* Effect.flip(reader.push(ask)))._tag).toBe("ForbiddenOnHost")
      const nobody = yield* on.asToken("withdrawn")
      expect((yield* Effect.flip(nobody.push(ask)))._tag).toBe("UnauthorisedOnHost")
      const nowhere = { ...ask, repository: { ...on.repository, name: "acme/nowhere" } }
      expect((yield* Effect.flip(on.host.push(nowhere)))._tag).toBe("RepositoryMissing")
      const absent = yield* Effect.flip(push(null, { commit: "1".repeat(40) }))
      expect(absent._tag).toBe("RejectedByHost")
    })
  )

  it.live("to a host that is at fault may succeed later", () =>
    Effect.gen(function* () {
      const { on, push, tip } = yield* pushing
      on.forge.faults.plan({ kind: "unavailable", status: 502 }, { on: ({ git }) => git })
      const error = yield* Effect.flip(push(null))
      expect(error).toMatchObject({ _tag: "HostUnavailable", retryable: true })
      on.forge.faults.plan({ kind: "too many", seconds: 30 }, { on: ({ git }) => git })
      expect(yield* Effect.flip(push(null))).toMatchObject({ _tag: "RateLimited", retryAfter: 60_000 })
      expect(yield* tip).toBe(null)
    })
  )

  it.live("shows its token to nobody: not in the arguments, not in errors", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      const seen: Array<string> = []
      const real = yield* ChildProcessSpawner.ChildProcessSpawner
      const watched = ChildProcessSpawner.ChildProcessSpawner.of({
        ...real,
        spawn: (command) => {
          if (ChildProcess.isStandardCommand(command)) seen.push(JSON.stringify([command.command, command.args]))
          return real.spawn(command)
        }
      })
      const { url } = on.fake
      const auth = tokenAuth(Redacted.make(on.token))
      const host = yield* makeGitHub({ apiUrl: url, graphqlUrl: `${url}/graphql`, gitUrl: url, auth }).pipe(
        Effect.provideService(ChildProcessSpawner.ChildProcessSpawner, watched),
        Effect.provide(services)
      )
      yield* host.push({ repository: on.repository, branch: "x", commit, expected: null })
      on.remote.archived = true
      const ask = { repository: on.repository, branch: "y", commit, expected: null }
      const error = yield* Effect.flip(host.push(ask))
      const proof = Buffer.from(`x-access-token:${on.token}`).toString("base64")
      const said = [...seen, error.message, JSON.stringify(error)].join("\n")
      expect(seen.length).toBeGreaterThan(1)
      expect(said).not.toContain(on.token)
      expect(said).not.toContain(proof)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("the tip of a branch", () => {
  it.live("can be read on disk, though somebody else pushed it", () =>
    Effect.gen(function* () {
      const { on, tip } = yield* pushing
      const theirs = yield* Effect.promise(() => on.forge.commit(on.remote, "drover/fix", { "mine.txt": "mine\n" }))
      expect(yield* tip).toBe(theirs)
      expect(yield* on.git("show", `${theirs}:mine.txt`)).toBe("mine")
      // nothing is left behind that a gc or another fetch would trip over
      expect(yield* on.git("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main")
    })
  )

  it.live("is that of the branch, and of none that ends with its name", () =>
    Effect.gen(function* () {
      const { on } = yield* pushing
      yield* Effect.promise(() => on.forge.commit(on.remote, "refs/heads/odd", { "odd.txt": "odd\n" }))
      expect(yield* on.host.tip({ repository: on.repository, branch: "odd" })).toBe(null)
    })
  )
})
