import { layer } from "@effect/vitest"
import { history } from "../support/convergence.ts"
import { batchForge } from "../support/world.ts"

layer(batchForge(), { excludeTestServices: true, timeout: "120 seconds" })("a changeset", (it) => {
  for (const seed of [1, 2, 3, 9, 10, 36]) {
    it.effect(`comes to rest, whatever is done to it, with one pull request and nobody's work lost: ${seed}`, () =>
      history(seed, 6)
    )
  }
})
