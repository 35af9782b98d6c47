/**
 * The operations that the fake has, and what may be sent to each: what Gitea has not heard of it ignores, so whoever
 * sends it is mistaken and would never know.
 */
export const fields: Readonly<Record<string, ReadonlyArray<string>>> = {
  "POST pulls": [
    "title",
    "body",
    "head",
    "base",
    "assignee",
    "assignees",
    "due_date",
    "labels",
    "milestone",
    "reviewers",
    "team_reviewers"
  ],
  "PATCH pull": [
    "title",
    "body",
    "base",
    "state",
    "allow_maintainer_edit",
    "assignee",
    "assignees",
    "due_date",
    "labels",
    "milestone",
    "unset_due_date"
  ],
  "POST merge": [
    "Do",
    "MergeCommitID",
    "MergeMessageField",
    "MergeTitleField",
    "delete_branch_after_merge",
    "force_merge",
    "head_commit_id",
    "merge_when_checks_succeed"
  ],
  "POST comments": ["body", "updated_at"],
  "POST issue labels": ["labels", "updated_at"],
  "POST labels": ["name", "color", "description", "exclusive", "is_archived"],
  "POST statuses": ["context", "description", "state", "target_url"],
  "POST reviews": ["body", "comments", "commit_id", "event"]
}

const queries: Readonly<Record<string, ReadonlyArray<string>>> = {
  "GET labels": ["page", "limit"],
  "GET reviews": ["page", "limit"],
  "GET comments": ["since", "before"],
  "GET pulls": ["base_branch", "state", "sort", "milestone", "labels", "poster", "page", "limit"],
  "GET status": ["page", "limit"]
}

export const unknownIn = (operation: string, query: URLSearchParams, body: Readonly<Record<string, unknown>>) => [
  ...Object.keys(body).filter((name) => fields[operation]?.includes(name) !== true),
  ...[...query.keys()].filter((name) => queries[operation]?.includes(name) !== true)
]
