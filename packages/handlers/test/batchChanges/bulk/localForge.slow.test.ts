import { layer } from "@effect/vitest"
import { localBulk } from "../../support/localBulk.ts"
import { manyBulkMerges } from "../../support/manyBulkMerges.ts"

layer(localBulk(), { excludeTestServices: true, timeout: "120 seconds" })("A merge of 200 changesets", (it) => {
  it.effect("merges all that can be, at once, and says of the others why not", () => manyBulkMerges(4, 50), 300_000)
})
