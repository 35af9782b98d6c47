/**
 * From what is stored of a job to what is to be done. Pure.
 */
import { PermanentError } from "@drover/core"
import { Effect, Schema } from "effect"
import { BulkOperation, type BulkOperationType, bulkOperationTypes } from "./BulkOperation.ts"

interface Stored {
  readonly type: string
  readonly payload: unknown
}

/** Undefined for a type that this release does not know. */
export const knownType = (type: string): BulkOperationType | undefined =>
  type === "commentatore" ? "comment" : bulkOperationTypes.find((known) => known === type)

/** Neither a type that nobody knows nor a payload of another shape gets better with time. */
export const readOperation = ({ payload, type }: Stored): Effect.Effect<BulkOperation, PermanentError> => {
  const known = knownType(type)
  if (known === undefined) return Effect.fail(new PermanentError({ reason: `invalid job type "${type}"` }))
  const fields = typeof payload === "object" && payload !== null ? payload : {}
  return Schema.decodeUnknownEffect(BulkOperation)({ ...fields, type: known }).pipe(
    Effect.mapError(
      (cause) => new PermanentError({ reason: `invalid payload of a job of type "${type}": ${cause.message}`, cause })
    )
  )
}
