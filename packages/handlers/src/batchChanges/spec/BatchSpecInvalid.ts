/**
 * What is wrong with a batch spec, and where.
 */
import { Schema } from "effect"

/** Line and column count from 1, in the text that was given. @category models */
export const Problem = Schema.Struct({
  line: Schema.Number,
  column: Schema.Number,
  /** Such as `changesetTemplate.commit.message`; empty for the whole. */
  path: Schema.String,
  message: Schema.String
})

/** @category models */
export type Problem = typeof Problem.Type

/**
 * Nothing was done with it.
 *
 * @category errors
 */
export class BatchSpecInvalid extends Schema.TaggedError<BatchSpecInvalid>()("BatchSpecInvalid", {
  problems: Schema.Array(Problem)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const lines = this.problems.map(
      ({ column, line, message, path }) =>
        `  line ${line}, column ${column}: ${path === "" ? "" : `${path}: `}${message}`
    )
    return `The batch spec cannot be used:\n${lines.join("\n")}`
  }
}
