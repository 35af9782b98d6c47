/**
 * Reads a batch spec, and says all that is wrong with it at once, each where it is in the text.
 */
import { Effect, Result } from "effect"
import type { BatchSpec } from "./BatchSpec.ts"
import { BatchSpecInvalid, type Problem } from "./BatchSpecInvalid.ts"
import { checkRefNames } from "./checkRefNames.ts"
import { decodeSpec } from "./decodeSpec.ts"
import { openText } from "./locate.ts"
import { rulesOf } from "./rules.ts"
import { checkTemplates } from "./checkTemplates.ts"

/** No spec that a person wrote is longer. */
const MAX_BYTES = 5 * 1024 * 1024

/** YAML, of which JSON is a part. @category operations */
export const parseBatchSpec = (source: string): Effect.Effect<BatchSpec, BatchSpecInvalid> =>
  Effect.suspend(() => {
    if (Buffer.byteLength(source) > MAX_BYTES) {
      return failWith([{ line: 1, column: 1, path: "", message: "it is longer than 5 MiB" }])
    }
    const { at, document, locate } = openText(source)
    if (document.errors.length > 0) {
      return failWith(document.errors.map(({ message, pos }) => ({ ...at(pos[0]), path: "", message })))
    }
    const decoded = decodeSpec(document.toJS({ maxAliasCount: 100 }))
    if (Result.isFailure(decoded)) return failWith(decoded.failure.map(locate))
    const spec = decoded.success
    const broken = [...rulesOf(spec), ...checkTemplates(spec), ...checkRefNames(spec)]
    return broken.length > 0 ? failWith(broken.map(locate)) : Effect.succeed(spec)
  })

const failWith = (problems: ReadonlyArray<Problem>) =>
  Effect.fail(new BatchSpecInvalid({ problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) }))
