import { DateTime, Effect } from "effect"
import type { Signature } from "../../src/index.ts"
import { TestRepository } from "../../src/testing/index.ts"

/** A commit that `main` and `feature` share, one more on `main` (m.txt), and two more on `feature` (b.txt, c.txt). */
export const surface = Effect.gen(function* () {
  const repository = yield* TestRepository.make()
  const root = yield* repository.commit("main", { "a.txt": "a\n" }, { message: "Add a" })
  const base = yield* repository.commit("main", { "m.txt": "m\n" }, { message: "Add m" })
  const first = yield* repository.commit("feature", { "b.txt": "b\n" }, { from: root, message: "Add b" })
  const head = yield* repository.commit("feature", { "c.txt": "c\nd\n" }, { message: "Add c\n\nAnd d." })
  return { test: repository, repository: repository.path, root, base, first, head }
})

export const committer: Signature = {
  name: "Lander",
  email: "lander@drover.invalid",
  at: DateTime.makeUnsafe("2026-01-02T03:04:05Z")
}
