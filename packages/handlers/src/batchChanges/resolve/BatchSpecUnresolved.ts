/**
 * What a batch spec names and the forge does not have.
 */
import { Schema } from "effect"
import { Problem } from "../spec/BatchSpecInvalid.ts"

/**
 * `repository`: there is none of that name that the author may read, or it takes no changes. `branch`: the repository
 * has no such branch. `query`: the search cannot be made. `workspace`: two rules claim one repository. `diff`: it does
 * not apply to the tip of its branch. `import`: the pull request's number cannot be one.
 *
 * @category models
 */
export const ResolveProblem = Schema.Struct({
  ...Problem.fields,
  kind: Schema.Literals(["repository", "branch", "query", "workspace", "diff", "import"])
})

/** @category models */
export type ResolveProblem = typeof ResolveProblem.Type

/**
 * All that is wrong at once, in the order of the text. Nothing was written.
 *
 * @category errors
 */
export class BatchSpecUnresolved extends Schema.TaggedError<BatchSpecUnresolved>()("BatchSpecUnresolved", {
  problems: Schema.Array(ResolveProblem)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const lines = this.problems.map(
      ({ column, line, message, path }) =>
        `  ${line > 0 ? `line ${line}, column ${column}: ` : ""}${path === "" ? "" : `${path}: `}${message}`
    )
    return `The batch spec names what there is not:\n${lines.join("\n")}`
  }
}
