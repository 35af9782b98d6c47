/**
 * What a push is about to do to a branch. It is written down before the host hears of it, so that whoever goes on after
 * a crash knows a commit on the branch for Drover's own.
 */
import { Schema } from "effect"

/** The `intent` of a changeset's step `push`. @category models */
export const PushIntent = Schema.Struct({
  /** Where the branch is to be. */
  commit: Schema.String,
  /** Where it was seen, and must still be; null: nowhere. */
  expected: Schema.NullOr(Schema.String),
  /** The commit of the spec alone that `commit` stands for: itself, unless it is on top of what people committed. */
  built: Schema.String
})

/** @category models */
export type PushIntent = typeof PushIntent.Type
