/**
 * Which keys a program works under, as its environment says: one of `DROVER_KEYS`, `DROVER_KEYS_FILE`,
 * `DROVER_AWS_KMS_KEY` and `DROVER_NO_KEYS`. Whoever evaluates this chooses the environment.
 */
import { Config, Option, Redacted } from "effect"

/** @category options */
export interface KeySettings {
  /** `DROVER_KEYS`: the keys themselves, `id=base64` with commas between them; see `parseKeys`. */
  readonly text: Redacted.Redacted | undefined
  /** `DROVER_KEYS_FILE`: a file of keys, a line each. */
  readonly file: string | undefined
  /** `DROVER_AWS_KMS_KEY`: the ARN of a key in AWS KMS. */
  readonly awsKmsKey: string | undefined
  /** `DROVER_PREVIOUS_KEYS_FILE`: a file of keys that only read, for the move away from them. */
  readonly previousFile: string | undefined
  /** `DROVER_PREVIOUS_AWS_KMS_KEYS`: ARNs of keys that only read, with commas between them. */
  readonly previousAwsKmsKeys: ReadonlyArray<string>
  /** `DROVER_NO_KEYS`: true means credentials as plain text. Defaults to false. */
  readonly noKeys: boolean
  /**
   * `DROVER_ALLOW_DECRYPTION`: true means that the keys only read, and that migrations may go back to plain text. Defaults
   * to false.
   */
  readonly allowDecryption: boolean
}

/** Set to nothing counts as not set: that is how compose files and charts leave things out. */
const given = (name: string): Config.Config<string | undefined> =>
  Config.option(Config.String(name)).pipe(
    Config.map((value) => (Option.isSome(value) && value.value.trim() !== "" ? value.value.trim() : undefined))
  )

const secret = (name: string): Config.Config<Redacted.Redacted | undefined> =>
  Config.option(Config.Redacted(name)).pipe(
    Config.map((value) => (Option.isSome(value) && Redacted.value(value.value).trim() !== "" ? value.value : undefined))
  )

/** @category options */
export const keySettings: Config.Config<KeySettings> = Config.all({
  text: secret("DROVER_KEYS"),
  file: given("DROVER_KEYS_FILE"),
  awsKmsKey: given("DROVER_AWS_KMS_KEY"),
  previousFile: given("DROVER_PREVIOUS_KEYS_FILE"),
  previousAwsKmsKeys: given("DROVER_PREVIOUS_AWS_KMS_KEYS").pipe(
    Config.map((arns) => (arns === undefined ? [] : arns.split(/[\s,]+/).filter((arn) => arn !== "")))
  ),
  noKeys: Config.Boolean("DROVER_NO_KEYS").pipe(Config.withDefault(false)),
  allowDecryption: Config.Boolean("DROVER_ALLOW_DECRYPTION").pipe(Config.withDefault(false))
})
