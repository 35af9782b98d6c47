/**
 * What GitLab's documentation lists for each request: what is not there would be ignored, and is refused here.
 */
const edit =
  "add_labels,allow_collaboration,allow_maintainer_to_push,assignee_id,assignee_ids,description,discussion_locked," +
  "labels,milestone_id,remove_labels,remove_source_branch,reviewer_ids,squash,state_event,target_branch,title,merge_after"

export const fields: Readonly<Record<string, string>> = {
  create:
    "source_branch,target_branch,title,description,allow_collaboration,allow_maintainer_to_push,approvals_before_merge," +
    "assignee_id,assignee_ids,labels,merge_after,milestone_id,remove_source_branch,reviewer_ids,squash,target_project_id",
  edit,
  merge:
    "auto_merge,merge_commit_message,merge_when_pipeline_succeeds,sha,should_remove_source_branch," +
    "squash_commit_message,squash",
  rebase: "skip_ci",
  note: "body,confidential,created_at,internal,merge_request_diff_head_sha",
  none: ""
}

export const unknownFields = (known: string, body: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.keys(body).filter((name) => !known.split(",").includes(name))
