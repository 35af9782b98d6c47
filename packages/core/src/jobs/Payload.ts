/**
 * What a job carries, and how it changed over releases.
 *
 * ```ts
 * const payload = Payload.make(Schema.Struct({ user: Schema.String }))
 *   .next(Schema.Struct({ userId: Schema.Int }), ({ user }) => ({ userId: Number(user) }))
 * ```
 *
 * Jobs that were enqueued by an older release are upgraded when they are read;
 * jobs of a newer release are left to workers that know them.
 */
import { Effect, Schema } from "effect"

/** A schema that needs no services to encode or decode. What it encodes to is turned into JSON: dates, bigints and options may stay. */
export type PayloadSchema<A, I = unknown> = Schema.Codec<A, I>

/**
 * A payload in all its versions; `I` is the newest one's encoded form.
 *
 * @category models
 */
export interface Payload<A, I = unknown> {
  /** The version that is written: 1 for a payload that never changed. */
  readonly version: number
  /** The schema of `version`. */
  readonly schema: PayloadSchema<A, I>
  /** To JSON. Fails when the value does not fit its own schema. */
  readonly encode: (value: A) => Effect.Effect<unknown, Schema.SchemaError>
  /** From JSON of any version up to `version`. */
  readonly decode: (json: unknown, version: number) => Effect.Effect<A, Schema.SchemaError>
  /**
   * The payload's next version, and how to make one from the last. `upgrade` must succeed for whatever an older
   * release enqueued: what it throws is a defect, and the job is tried again.
   */
  readonly next: <B, J>(schema: PayloadSchema<B, J>, upgrade: (value: A) => B) => Payload<B, J>
}

/** @category constructors */
export const make = <A, I>(schema: PayloadSchema<A, I>): Payload<A, I> => versioned(1, schema, undefined)

const versioned = <A, I>(
  version: number,
  schema: PayloadSchema<A, I>,
  older: ((json: unknown, version: number) => Effect.Effect<A, Schema.SchemaError>) | undefined
): Payload<A, I> => {
  const codec = Schema.toCodecJson(schema)
  const decodeOwn = Schema.decodeUnknownEffect(codec)
  const decode: Payload<A>["decode"] = (json, of) =>
    older !== undefined && of < version ? older(json, of) : decodeOwn(json)
  return {
    version,
    schema,
    encode: Schema.encodeEffect(codec),
    decode,
    next: (nextSchema, upgrade) =>
      versioned(version + 1, nextSchema, (json, of) => Effect.map(decode(json, of), upgrade))
  }
}
