/**
 * Why there are no changeset specs.
 */
import { Schema } from "effect"

/** There is no such batch spec, or it is in a namespace that the actor may not use. @category errors */
export class BatchSpecUnknown extends Schema.TaggedError<BatchSpecUnknown>()("BatchSpecUnknown", {
  batchSpecId: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no batch spec ${this.batchSpecId} that you may use: one that is not applied is deleted after a week`
  }
}

/** Its steps have not ended everywhere, or its changeset specs are not made yet. @category errors */
export class BatchSpecUnfinished extends Schema.TaggedError<BatchSpecUnfinished>()("BatchSpecUnfinished", {
  batchSpecId: Schema.Number,
  /** Workspaces by their state; those that are completed are not counted. */
  waiting: Schema.Record(Schema.String, Schema.Number)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const states = Object.entries(this.waiting).map(([state, count]) => `${count} ${state}`)
    const what = states.length === 0 ? "its changesets are still being made" : `workspaces: ${states.join(", ")}`
    return `Batch spec ${this.batchSpecId} is not finished (${what}): wait until it is`
  }
}

/** A change that cannot be proposed. @category models */
export const SpecProblem = Schema.Struct({
  repository: Schema.String,
  /** The folder of the workspace; empty: the root, or none. */
  path: Schema.String,
  message: Schema.String
})

/** @category models */
export type SpecProblem = typeof SpecProblem.Type

/** What came of a batch spec cannot be proposed: all that is wrong with it. It can never be applied. @category errors */
export class BatchSpecFailed extends Schema.TaggedError<BatchSpecFailed>()("BatchSpecFailed", {
  batchSpecId: Schema.Number,
  problems: Schema.Array(SpecProblem)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Batch spec ${this.batchSpecId} cannot be applied:\n${this.problems.map(printProblem).join("\n")}`
  }
}

const printProblem = ({ message, path, repository }: SpecProblem): string =>
  `  ${repository}${path === "" ? "" : `/${path}`}: ${message}`
