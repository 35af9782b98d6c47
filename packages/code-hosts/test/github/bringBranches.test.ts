import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { github } from "./support.ts"

const { scene } = github()

/** A scene, and what is on disk: branches by name. */
const bringing = Effect.gen(function* () {
  const on = yield* scene()
  const onDisk = Effect.map(on.git("for-each-ref", "--format=%(refname) %(objectname)"), (lines) =>
    Object.fromEntries(
      lines
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split(" ") as [string, string])
    )
  )
  return { on, onDisk, bring: on.host.bringBranches!(on.repository) }
})

describe("branches brought from GitHub", () => {
  it.live("come, move on and backwards, and go as they do there", () =>
    Effect.gen(function* () {
      const { bring, on, onDisk } = yield* bringing
      yield* bring
      const first = yield* onDisk
      expect(Object.keys(first)).toEqual(["refs/heads/fix", "refs/heads/main"])

      const second = yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "fix.txt": "again\n" }))
      const added = yield* Effect.promise(() => on.forge.commit(on.remote, "more", { "more.txt": "more\n" }))
      yield* bring
      expect(yield* onDisk).toEqual({ ...first, "refs/heads/fix": second, "refs/heads/more": added })

      yield* Effect.promise(() => on.forge.move(on.remote, "fix", first["refs/heads/fix"]!))
      yield* Effect.promise(() => on.forge.deleteBranch(on.remote, "more"))
      yield* bring
      expect(yield* onDisk).toEqual(first)
    })
  )

  it.live("leave commits alone that were built here, and refs that are no branches", () =>
    Effect.gen(function* () {
      const { bring, on, onDisk } = yield* bringing
      const built = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      yield* on.git("update-ref", "refs/drover/kept", built)
      yield* bring
      expect(yield* onDisk).toMatchObject({ "refs/drover/kept": built })
      expect(yield* on.git("cat-file", "-t", built)).toContain("commit")
    })
  )

  it.live("move a branch that the disk shows first, too", () =>
    Effect.gen(function* () {
      const { bring, on, onDisk } = yield* bringing
      yield* on.git("symbolic-ref", "HEAD", "refs/heads/main")
      const next = yield* Effect.promise(() => on.forge.commit(on.remote, "main", { "next.txt": "next\n" }))
      expect(yield* bring).toEqual({ defaultBranch: "main" })
      expect((yield* onDisk)["refs/heads/main"]).toBe(next)
    })
  )

  it.live("are not those of somebody whom the host turns away, and nothing is lost", () =>
    Effect.gen(function* () {
      const { bring, on, onDisk } = yield* bringing
      yield* bring
      const before = yield* onDisk
      const stranger = yield* on.asToken("ghp_unknown")
      const error = yield* Effect.flip(stranger.bringBranches!(on.repository))
      expect(error).toMatchObject({ _tag: "UnauthorisedOnHost" })
      expect(yield* onDisk).toEqual(before)
    })
  )
})
