/**
 * Which of the settings of keys counts. Pure.
 */
import { Result } from "effect"
import { KeysInvalid } from "../encryption/EncryptionError.ts"
import type { KeySettings } from "./keySettings.ts"

/**
 * `Undecided`: nothing is set. What is plain text can be read; nothing is written, for nobody said that it may be plain
 * text.
 *
 * @category models
 */
export type KeyChoice = "Text" | "File" | "AwsKms" | "None" | "Undecided"

/** @category decisions */
export const chooseKeys = (settings: KeySettings): Result.Result<KeyChoice, KeysInvalid> => {
  const set = (
    [
      ["DROVER_KEYS", "Text", settings.text !== undefined],
      ["DROVER_KEYS_FILE", "File", settings.file !== undefined],
      ["DROVER_AWS_KMS_KEY", "AwsKms", settings.awsKmsKey !== undefined],
      ["DROVER_NO_KEYS", "None", settings.noKeys]
    ] as const
  ).filter(([, , isSet]) => isSet)
  if (set.length > 1) {
    const names = set.map(([name]) => name).join(" and ")
    return invalid(
      `${names} are set, and one of them counts. For the move from one to another set the old keys as DROVER_PREVIOUS_KEYS_FILE or DROVER_PREVIOUS_AWS_KMS_KEYS`
    )
  }
  const choice = set[0]?.[1] ?? "Undecided"
  const previous = settings.previousFile !== undefined || settings.previousAwsKmsKeys.length > 0
  if (previous && (choice === "None" || choice === "Undecided")) {
    return invalid("previous keys are set, and none that is current: set DROVER_KEYS_FILE, or another of its kind, too")
  }
  return Result.succeed(choice)
}

const invalid = (reason: string) => Result.fail(new KeysInvalid({ reason }))
