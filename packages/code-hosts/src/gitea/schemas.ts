/**
 * What is sent to Gitea, to the letter, and what is read of its answers, which is little: it sends null where its
 * description says list or object.
 */
import { Schema } from "effect"

const optional = Schema.optionalKey
const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))

/** `POST /repos/{owner}/{repo}/pulls` */
export const CreatePull = Schema.Struct({
  title: Schema.String,
  body: Schema.String,
  head: Schema.String,
  base: Schema.String
})

/** `PATCH /repos/{owner}/{repo}/pulls/{index}` */
export const EditPull = Schema.Struct({
  title: optional(Schema.String),
  body: optional(Schema.String),
  base: optional(Schema.String),
  state: optional(Schema.Literals(["open", "closed"]))
})

/** `POST /repos/{owner}/{repo}/pulls/{index}/merge` */
export const MergePull = Schema.Struct({
  Do: Schema.Literals(["merge", "squash", "rebase"]),
  head_commit_id: optional(Schema.String),
  MergeTitleField: optional(Schema.String),
  MergeMessageField: optional(Schema.String)
})

/** `POST /repos/{owner}/{repo}/issues/{index}/comments` */
export const CreateComment = Schema.Struct({ body: Schema.String })

/** `POST /repos/{owner}/{repo}/labels` */
export const CreateLabel = Schema.Struct({ name: Schema.String, color: Schema.String })

/** `POST /repos/{owner}/{repo}/issues/{index}/labels`, by their ids. */
export const AddLabels = Schema.Struct({ labels: Schema.Array(Schema.Number) })

/** Of an answer of which nothing is read. */
export const Anything = Schema.Unknown

export const Numbered = Schema.Struct({ number: Schema.Number })
export const User = Schema.Struct({ login: Schema.String })
export const Repository = Schema.Struct({ archived: nullable(Schema.Boolean) })

export const Label = Schema.Struct({ id: Schema.Number, name: Schema.String })
export const Labels = Schema.NullOr(Schema.Array(Label))

export const Comments = Schema.NullOr(
  Schema.Array(Schema.Struct({ body: nullable(Schema.String), user: nullable(User) }))
)

const Side = Schema.Struct({
  /** The branch; where it is gone, `refs/pull/7/head` in `ref` and the branch here alone. */
  label: nullable(Schema.String),
  ref: Schema.String,
  sha: nullable(Schema.String),
  repo: nullable(Repository)
})

export const Pull = Schema.Struct({
  number: Schema.Number,
  html_url: nullable(Schema.String),
  title: Schema.String,
  body: nullable(Schema.String),
  state: Schema.String,
  draft: nullable(Schema.Boolean),
  merged: nullable(Schema.Boolean),
  mergeable: nullable(Schema.Boolean),
  merge_commit_sha: nullable(Schema.String),
  updated_at: nullable(Schema.String),
  labels: nullable(Schema.Array(Label)),
  base: Side,
  head: Side
})

/** Of a commit: what all its checks come to, the newest of each. */
export const CombinedStatus = Schema.Struct({
  state: nullable(Schema.String),
  statuses: nullable(Schema.Array(Schema.Struct({ context: nullable(Schema.String), status: nullable(Schema.String) })))
})

export const Reviews = Schema.NullOr(
  Schema.Array(
    Schema.Struct({
      user: nullable(User),
      state: nullable(Schema.String),
      dismissed: nullable(Schema.Boolean),
      official: nullable(Schema.Boolean)
    })
  )
)

/** What a branch demands, for whoever may read it. */
export const Branch = Schema.Struct({
  protected: nullable(Schema.Boolean),
  required_approvals: nullable(Schema.Number),
  enable_status_check: nullable(Schema.Boolean),
  status_check_contexts: nullable(Schema.Array(Schema.String))
})
