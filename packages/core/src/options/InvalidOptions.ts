import { Schema } from "effect"

/**
 * An option that cannot work. Thrown where options are given, before anything runs.
 *
 * @category errors
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>()("InvalidOptions", {
  owner: Schema.String,
  field: Schema.String,
  rule: Schema.String
}) {
  override get message() {
    return `${this.owner}: \`${this.field}\` ${this.rule}`
  }
}
