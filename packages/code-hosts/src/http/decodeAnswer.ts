import { Effect, Schema } from "effect"
import { HostUnavailable } from "../CodeHostError.ts"
import type { HttpAnswer, Where } from "./sendRequest.ts"

/** Reads what is asked for, and no more: hosts add fields, and break their own descriptions. */
export const decodeAnswer = <A>(
  schema: Schema.Codec<A, unknown>,
  { body }: Pick<HttpAnswer, "body">,
  where: Where
): Effect.Effect<A, HostUnavailable> =>
  Schema.decodeUnknownEffect(Schema.fromJsonString(schema))(body).pipe(
    Effect.mapError(
      () => new HostUnavailable({ ...where, explanation: "an answer that is cut off, or of another shape" })
    )
  )
