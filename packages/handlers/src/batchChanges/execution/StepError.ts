/**
 * Why the steps of a spec give nothing in a workspace. None of these gets better by running the same again.
 */
import { Schema } from "effect"

/** Steps count from 1. */
const step = { step: Schema.Number, of: Schema.Number }

/**
 * @category errors
 */
export class SpecStepFailed extends Schema.TaggedError<SpecStepFailed>()("SpecStepFailed", {
  ...step,
  command: Schema.String,
  /** Null: a signal ended it. */
  exitCode: Schema.NullOr(Schema.Number),
  /** The last lines that it wrote. */
  output: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const end = this.exitCode === null ? "was ended by a signal" : `ended with exit code ${this.exitCode}`
    return `Step ${this.step} of ${this.of} ${end}: ${firstLine(this.command)}${lastWords(this.output)}`
  }
}

/**
 * It was killed, with all that it had started.
 *
 * @category errors
 */
export class SpecStepTimedOut extends Schema.TaggedError<SpecStepTimedOut>()("SpecStepTimedOut", {
  ...step,
  command: Schema.String,
  limitMillis: Schema.Number,
  output: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Step ${this.step} of ${this.of} took longer than ${this.limitMillis} ms and was killed: make it faster, or give it a \`timeout\`. It was ${firstLine(this.command)}${lastWords(this.output)}`
  }
}

/**
 * A template of the spec cannot be filled in, or an output cannot be read, with what there is in this workspace.
 *
 * @category errors
 */
export class SpecStepInvalid extends Schema.TaggedError<SpecStepInvalid>()("SpecStepInvalid", {
  ...step,
  /** Such as `env.TOKEN`. */
  field: Schema.String,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `\`${this.field}\` of step ${this.step} of ${this.of} cannot be used: ${this.reason}`
  }
}

/**
 * What the step left in the checkout cannot be made a commit.
 *
 * @category errors
 */
export class ChangesRejected extends Schema.TaggedError<ChangesRejected>()("ChangesRejected", {
  ...step,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `What step ${this.step} of ${this.of} left cannot be used: ${this.reason}`
  }
}

/** @category errors */
export type StepError = SpecStepFailed | SpecStepTimedOut | SpecStepInvalid | ChangesRejected

const firstLine = (command: string): string => {
  const [first = "", ...rest] = command.trim().split("\n")
  return rest.length === 0 ? first : `${first} …`
}

const lastWords = (output: string): string => (output === "" ? "" : `\n${output}`)
