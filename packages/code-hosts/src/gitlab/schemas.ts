/**
 * What is sent to GitLab, to the letter, and what is read of its answers, which is little.
 */
import { Schema } from "effect"

const optional = Schema.optionalKey
const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))

/** `POST /projects/:id/merge_requests` */
export const CreateMergeRequest = Schema.Struct({
  source_branch: Schema.String,
  target_branch: Schema.String,
  title: Schema.String,
  description: Schema.String
})

/** `PUT /projects/:id/merge_requests/:iid` */
export const EditMergeRequest = Schema.Struct({
  title: optional(Schema.String),
  description: optional(Schema.String),
  target_branch: optional(Schema.String),
  state_event: optional(Schema.Literals(["close", "reopen"])),
  /** Names, with commas between them. */
  add_labels: optional(Schema.String),
  remove_labels: optional(Schema.String),
  reviewer_ids: optional(Schema.Array(Schema.Number))
})

/** `PUT /projects/:id/merge_requests/:iid/merge` */
export const AcceptMergeRequest = Schema.Struct({
  sha: optional(Schema.String),
  squash: optional(Schema.Boolean),
  merge_commit_message: optional(Schema.String),
  squash_commit_message: optional(Schema.String),
  /** Since 17.11. */
  auto_merge: optional(Schema.Boolean),
  /** Before. */
  merge_when_pipeline_succeeds: optional(Schema.Boolean)
})

/** `POST /projects/:id/merge_requests/:iid/notes` */
export const CreateNote = Schema.Struct({ body: Schema.String })

/** Of an answer of which nothing is read. */
export const Anything = Schema.Unknown

export const User = Schema.Struct({ id: Schema.Number, username: Schema.String })
export const TokenSelf = Schema.Struct({ expires_at: nullable(Schema.String) })
export const Numbered = Schema.Struct({ iid: Schema.Number })
export const Branch = Schema.Struct({ commit: Schema.Struct({ id: Schema.String }) })
export const Note = Schema.Struct({ body: Schema.String, author: Schema.Struct({ id: Schema.Number }) })

export const Project = Schema.Struct({
  archived: Schema.Boolean,
  /** `merge`, `rebase_merge`, `ff` */
  merge_method: nullable(Schema.String)
})

export const Approvals = Schema.Struct({
  approved: nullable(Schema.Boolean),
  approvals_required: nullable(Schema.Number),
  approved_by: nullable(Schema.Array(Schema.Unknown))
})
export type Approvals = typeof Approvals.Type

export const MergeRequest = Schema.Struct({
  id: Schema.Number,
  iid: Schema.Number,
  web_url: nullable(Schema.String),
  title: Schema.String,
  description: nullable(Schema.String),
  source_branch: Schema.String,
  target_branch: Schema.String,
  sha: nullable(Schema.String),
  state: Schema.String,
  draft: nullable(Schema.Boolean),
  work_in_progress: nullable(Schema.Boolean),
  /** Since 15.6. */
  detailed_merge_status: nullable(Schema.String),
  merge_status: nullable(Schema.String),
  labels: Schema.Array(Schema.String),
  reviewers: nullable(Schema.Array(User)),
  merge_commit_sha: nullable(Schema.String),
  squash_commit_sha: nullable(Schema.String),
  head_pipeline: nullable(Schema.Struct({ status: Schema.String })),
  merge_when_pipeline_succeeds: nullable(Schema.Boolean),
  rebase_in_progress: nullable(Schema.Boolean),
  merge_error: nullable(Schema.String),
  updated_at: Schema.String
})
export type MergeRequest = typeof MergeRequest.Type
