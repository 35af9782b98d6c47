import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { mergeCommits } from "../src/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { committer, surface } from "./support/surface.ts"

const said = { message: "Merge feature", author: committer }

layer(gitLayer(), realTime)("mergeCommits", (it) => {
  it.effect("writes a merge with the base and the head as its parents, in that order", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      const merge = yield* mergeCommits({ repository, base, head, ...said })

      const commit = merge.clean ? merge.commit : ""
      assert.strictEqual(yield* ask(repository, ["log", "-1", "--format=%P", commit]), `${base} ${head}`)
      assert.strictEqual(
        yield* ask(repository, ["log", "-1", "--format=%s|%an|%cn", commit]),
        "Merge feature|Lander|Lander"
      )
      assert.strictEqual(yield* ask(repository, ["ls-tree", "--name-only", commit]), "a.txt\nb.txt\nc.txt\nm.txt")
    })
  )

  it.effect("squashes into one commit with the same files and the base alone as its parent", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface

      const squash = yield* mergeCommits({ repository, base, head, method: "squash", ...said })
      const merge = yield* mergeCommits({ repository, base, head, method: "merge", ...said })

      const [one, other] = [squash, merge].map((result) => (result.clean ? result.commit : ""))
      assert.strictEqual(yield* ask(repository, ["log", "-1", "--format=%P", one ?? ""]), base)
      assert.strictEqual(
        yield* ask(repository, ["rev-parse", `${one}^{tree}`]),
        yield* ask(repository, ["rev-parse", `${other}^{tree}`])
      )
    })
  )

  it.effect("gives the same id to the same merge", () =>
    Effect.gen(function* () {
      const { base, head, repository } = yield* surface
      const merge = mergeCommits({ repository, base, head, ...said })

      assert.deepStrictEqual(yield* merge, yield* merge)
    })
  )

  it.effect("answers with the paths in conflict, and no commit, for either method", () =>
    Effect.gen(function* () {
      const { base, repository, root, test } = yield* surface
      const head = yield* test.commit("edit", { "m.txt": "other\n" }, { from: root })

      for (const method of ["merge", "squash"] as const) {
        const result = yield* mergeCommits({ repository, base, head, method, ...said })
        assert.deepStrictEqual(result, { clean: false, conflictedPaths: ["m.txt"] })
      }
    })
  )
})
