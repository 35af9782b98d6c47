/**
 * The JSON Schema of batch specs, for editors. Published as `@drover/handlers/batch-spec.schema.json`; a test holds the
 * file to this.
 */
import { Schema } from "effect"
import { BatchSpec } from "./BatchSpec.ts"

/** What a shape cannot say (rules between parts, templates) only `parseBatchSpec` checks. */
export const batchSpecJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(BatchSpec, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
