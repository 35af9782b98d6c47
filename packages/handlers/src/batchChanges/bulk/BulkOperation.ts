/**
 * What can be done to many changesets at once.
 *
 * It is kept as a type and a payload, which is all the rest. `commentatore` is what the predecessor called a comment:
 * it is read, and never written.
 */
import { Schema } from "effect"

const filled = Schema.String.check(Schema.isPattern(/\S/u, { message: "must not be blank" }))
const optional = Schema.optionalKey

/** As many as GitHub takes, less what Drover's marker needs. Postgres keeps no NUL. */
const Body = filled.check(
  Schema.isMaxLength(65_000),
  Schema.makeFilter((text: string) => (text.includes("\0") ? "must have no NUL" : undefined))
)
const Label = filled.check(Schema.isMaxLength(100), Schema.isPattern(/^\P{Cc}*$/u))
const Labels = Schema.Array(Label).check(Schema.isMaxLength(100))

/**
 * - `comment`: says something on the pull request; Markdown, up to 65,000 characters.
 * - `detach`: lets go of a changeset that the batch change has put away.
 * - `reenqueue`: has the reconciler try one that failed again.
 * - `merge`: merges the pull request as whoever asked saw it. `title` and `message` default to the host's own.
 * - `close`, `reopen`: the pull request.
 * - `publish`: makes the pull request, or a draft of one ready, where the spec leaves that to people. `draft`: as a draft.
 * - `draft`: makes a pull request that is ready a draft again.
 * - `sync`: reads the pull request as its host has it now.
 * - `label`: adds labels to the pull request, and removes others.
 *
 * @category models
 */
export const BulkOperation = Schema.Union([
  Schema.Struct({ type: Schema.Literal("comment"), message: Body }),
  Schema.Struct({ type: Schema.Literal("detach") }),
  Schema.Struct({ type: Schema.Literal("reenqueue") }),
  Schema.Struct({
    type: Schema.Literal("merge"),
    method: Schema.Literals(["merge", "squash", "rebase"]),
    title: optional(filled),
    message: optional(Body)
  }),
  Schema.Struct({ type: Schema.Literal("close") }),
  Schema.Struct({ type: Schema.Literal("reopen") }),
  Schema.Struct({ type: Schema.Literal("publish"), draft: Schema.Boolean }),
  Schema.Struct({ type: Schema.Literal("draft") }),
  Schema.Struct({ type: Schema.Literal("sync") }),
  Schema.Struct({
    type: Schema.Literal("label"),
    add: optional(Labels),
    remove: optional(Labels)
  }).check(
    Schema.makeFilter(({ add = [], remove = [] }: { readonly add?: Names; readonly remove?: Names }) =>
      add.length + remove.length === 0 ? "must name at least one label" : undefined
    )
  )
])

type Names = ReadonlyArray<string>

/** @category models */
export type BulkOperation = typeof BulkOperation.Type

/** @category models */
export const bulkOperationTypes = [
  "comment",
  "detach",
  "reenqueue",
  "merge",
  "close",
  "reopen",
  "publish",
  "draft",
  "sync",
  "label"
] as const satisfies ReadonlyArray<BulkOperation["type"]>

/** @category models */
export type BulkOperationType = BulkOperation["type"]

/** One of a type. */
export type BulkOperationOf<Type extends BulkOperationType> = Extract<BulkOperation, { readonly type: Type }>
