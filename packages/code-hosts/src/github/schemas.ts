/**
 * What is sent to GitHub, to the letter, and what is read of its answers, which is little.
 */
import { Schema } from "effect"

const optional = Schema.optionalKey

/** `POST /repos/{owner}/{repo}/pulls` */
export const CreatePull = Schema.Struct({
  title: Schema.String,
  body: Schema.String,
  head: Schema.String,
  base: Schema.String,
  draft: Schema.Boolean
})

/** `PATCH /repos/{owner}/{repo}/pulls/{pull_number}` */
export const EditPull = Schema.Struct({
  title: optional(Schema.String),
  body: optional(Schema.String),
  base: optional(Schema.String),
  state: optional(Schema.Literals(["open", "closed"]))
})

/** `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge` */
export const MergePull = Schema.Struct({
  merge_method: Schema.Literals(["merge", "squash", "rebase"]),
  sha: optional(Schema.String),
  commit_title: optional(Schema.String),
  commit_message: optional(Schema.String)
})

/** `PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch` */
export const UpdateBranch = Schema.Struct({ expected_head_sha: optional(Schema.String) })

/** `POST /repos/{owner}/{repo}/issues/{issue_number}/comments` */
export const CreateComment = Schema.Struct({ body: Schema.String })

/** `POST /repos/{owner}/{repo}/issues/{issue_number}/labels` */
export const AddLabels = Schema.Struct({ labels: Schema.Array(Schema.String) })

/** `POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers` */
export const RequestReviewers = Schema.Struct({
  reviewers: Schema.Array(Schema.String),
  team_reviewers: Schema.Array(Schema.String)
})

/** Of an answer of which nothing is read. */
export const Anything = Schema.Unknown

export const Numbered = Schema.Struct({ number: Schema.Number })
export const User = Schema.Struct({ login: Schema.String })
