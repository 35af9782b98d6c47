import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { mergeFromBase } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

/** Three commits that have no history in common: what was, what we made of it, and what they did. */
const scene = Effect.fnUntraced(function* (
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>
) {
  const { commit, path: repository } = yield* TestRepository.make()
  const from = null
  const start = { "a.txt": "1\n2\n3\n4\n5\n", "b.txt": "b\n" }
  return {
    repository,
    base: yield* commit("base", start, { from }),
    ours: yield* commit("ours", { ...start, ...ours }, { from }),
    theirs: yield* commit("theirs", { ...start, ...theirs }, { from })
  }
})

layer(gitLayer(), realTime)("mergeFromBase", (it) => {
  it.effect("brings to one commit what differs between two others, whatever their histories say", () =>
    Effect.gen(function* () {
      const made = yield* scene({ "a.txt": "one\n2\n3\n4\n5\n" }, { "a.txt": "1\n2\n3\n4\nfive\n", "c.txt": "c\n" })

      const merged = yield* mergeFromBase(made)

      assert.isTrue(merged.clean)
      const file = (name: string) => ask(made.repository, ["cat-file", "blob", `${merged.tree}:${name}`])
      assert.strictEqual(yield* file("a.txt"), "one\n2\n3\n4\nfive")
      assert.strictEqual(yield* file("c.txt"), "c")
    })
  )

  it.effect("names the paths in which the two disagree", () =>
    Effect.gen(function* () {
      const merged = yield* Effect.flatMap(scene({ "a.txt": "x\n", "b.txt": "x\n" }, { "a.txt": "y\n" }), mergeFromBase)

      assert.deepInclude(merged, { clean: false, conflictedPaths: ["a.txt"] })
    })
  )

  it.effect("leaves no commit behind in the repository", () =>
    Effect.gen(function* () {
      const made = yield* scene({ "a.txt": "one\n2\n3\n4\n5\n" }, { "c.txt": "c\n" })
      const commits = Effect.map(
        ask(made.repository, ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]),
        (said) => said.split("\n").filter((type) => type === "commit").length
      )
      const before = yield* commits

      yield* mergeFromBase(made)

      assert.strictEqual(yield* commits, before)
    })
  )

  it.effect("says which commit does not exist", () =>
    Effect.gen(function* () {
      const made = yield* scene({}, {})
      for (const side of ["base", "ours", "theirs"] as const) {
        const error = yield* Effect.flip(mergeFromBase({ ...made, [side]: nowhere }))
        assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
      }
    })
  )
})
