import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { batchSpecJsonSchema } from "../src/batchChanges/spec/batchSpecJsonSchema.ts"

const file = fileURLToPath(new URL("../batch-spec.schema.json", import.meta.url))

describe("the published JSON Schema of batch specs", () => {
  it("is the one that specs are read by", () => {
    assert.deepStrictEqual(JSON.parse(readFileSync(file, "utf8")), JSON.parse(JSON.stringify(batchSpecJsonSchema())))
  })
})
