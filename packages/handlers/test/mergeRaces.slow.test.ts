import { layer } from "@effect/vitest"
import { forge } from "./support.ts"
import { manyMerges } from "./support/manyMerges.ts"

layer(forge(), { excludeTestServices: true })("many merges", (it) => {
  it.effect("lose no commit when fifty pull requests are merged into one base at once", () => manyMerges(50))
})
