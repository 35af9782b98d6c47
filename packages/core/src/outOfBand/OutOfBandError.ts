/**
 * What can go wrong with out-of-band migrations, each with what to do about it.
 */
import { Schema } from "effect"

/** Two migrations of a program have one id. @category errors */
export class MigrationConflict extends Schema.TaggedError<MigrationConflict>()("MigrationConflict", {
  id: Schema.Number,
  descriptions: Schema.Array(Schema.String)
}) {
  readonly retryable = false
  override get message() {
    return `Out-of-band migration ${this.id} is registered twice: ${this.descriptions.map((each) => JSON.stringify(each)).join(" and ")}. Give one of them an id of its own`
  }
}

/** Nobody registered a migration with this id. @category errors */
export class MigrationUnknown extends Schema.TaggedError<MigrationUnknown>()("MigrationUnknown", {
  id: Schema.Number,
  known: Schema.Array(Schema.Number)
}) {
  readonly retryable = false
  override get message() {
    const known = this.known.length === 0 ? "There are none" : `There are ${this.known.join(", ")}`
    return `There is no out-of-band migration ${this.id}. ${known}`
  }
}

/** The way back is closed, or not open as things are configured. @category errors */
export class DownNotAllowed extends Schema.TaggedError<DownNotAllowed>()("DownNotAllowed", {
  reason: Schema.String
}) {
  readonly retryable = false
  override get message() {
    return `The way down is not allowed: ${this.reason}`
  }
}

/** A migration computed a progress that is none. @category errors */
export class InvalidProgress extends Schema.TaggedError<InvalidProgress>()("InvalidProgress", {
  progress: Schema.Number
}) {
  readonly retryable = false
  override get message() {
    return `\`progress\` must be a number from 0 to 1, but is ${this.progress}`
  }
}

/** A step failed, and would again. @category errors */
export class StepFailed extends Schema.TaggedError<StepFailed>()("StepFailed", {
  id: Schema.Number,
  reason: Schema.String,
  cause: Schema.Defect()
}) {
  readonly retryable = false
  override get message() {
    return `Out-of-band migration ${this.id} stopped: ${this.reason}`
  }
}

/** Steps succeed, and change nothing. @category errors */
export class MigrationStalled extends Schema.TaggedError<MigrationStalled>()("MigrationStalled", {
  id: Schema.Number,
  progress: Schema.Number,
  steps: Schema.Number
}) {
  readonly retryable = false
  override get message() {
    return `Out-of-band migration ${this.id} is at ${this.progress} and has not moved for ${this.steps} steps: its progress must follow from what its steps do`
  }
}

const LISTED = 20

/** All is migrated but rows that cannot be. @category errors */
export class RowsLeftOver extends Schema.TaggedError<RowsLeftOver>()("RowsLeftOver", {
  id: Schema.Number,
  /** How many there are. */
  count: Schema.Number,
  /** The first thousand of them, longest waiting first. */
  rows: Schema.Array(Schema.Struct({ recordId: Schema.String, message: Schema.String }))
}) {
  readonly retryable = false
  override get message() {
    const lines = this.rows.slice(0, LISTED).map(({ message, recordId }) => `\n  row ${recordId}: ${message}`)
    const more = this.count > lines.length ? `\n  and ${this.count - lines.length} more` : ""
    return `Out-of-band migration ${this.id} is done but for ${this.count} row(s). Mend or delete them, and run it again:${lines.join("")}${more}`
  }
}

/** This release cannot work on data that is in these forms. @category errors */
export class MigrationsUnfinished extends Schema.TaggedError<MigrationsUnfinished>()("MigrationsUnfinished", {
  version: Schema.String,
  unexpected: Schema.Array(
    Schema.Struct({
      id: Schema.Number,
      /** 0 or 1. */
      expected: Schema.Number,
      progress: Schema.Number,
      /** The release that can finish it: the last before it is deprecated, or the one that introduced it. */
      finishWith: Schema.String
    })
  )
}) {
  readonly retryable = false
  override get message() {
    const lines = this.unexpected.map(
      ({ expected, finishWith, id, progress }) =>
        `migration ${id} expected to be at ${percent(expected)} (at ${percent(progress)}): run \`migrator out-of-band ${expected === 1 ? "up" : "down"} ${id}\` with ${finishWith}`
    )
    return `Release ${this.version} cannot start:\n${lines.join("\n")}`
  }
}

/** 0.155 is 15.5%; what is short of the end never reads 100%. */
export const percent = (progress: number): string => `${Math.floor(progress * 10_000) / 100}%`
