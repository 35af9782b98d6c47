/**
 * What a changeset is missing. None of them passes by itself.
 */
import { Schema } from "effect"

/** @category errors */
export class ChangesetMissing extends Schema.TaggedError<ChangesetMissing>()("ChangesetMissing", {
  changesetId: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no changeset with the id ${this.changesetId}`
  }
}

/** @category errors */
export class ChangesetSpecMissing extends Schema.TaggedError<ChangesetSpecMissing>()("ChangesetSpecMissing", {
  changesetId: Schema.Number,
  specId: Schema.Number,
  /** Whether it is the spec that the changeset was brought to last, or the one that it is to be brought to. */
  which: Schema.Literals(["previous", "current"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The ${this.which} spec ${this.specId} of changeset ${this.changesetId} is gone: apply its batch spec again`
  }
}

/** @category errors */
export class ChangesetRepositoryMissing extends Schema.TaggedError<ChangesetRepositoryMissing>()(
  "ChangesetRepositoryMissing",
  { changesetId: Schema.Number, repositoryId: Schema.Number }
) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The repository ${this.repositoryId} of changeset ${this.changesetId} is gone: leave it out of the batch change`
  }
}
