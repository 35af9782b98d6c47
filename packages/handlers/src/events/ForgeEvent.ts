/**
 * Everything the forge tells of, by the names and actions that GitHub has for it.
 *
 * @category models
 */
export type ForgeEvent =
  | { readonly event: "push" | "create" | "delete" | "status" }
  | {
      readonly event: "pull_request"
      readonly action:
        | "opened"
        | "closed"
        | "reopened"
        | "edited"
        | "synchronize"
        | "ready_for_review"
        | "converted_to_draft"
        | "labeled"
        | "unlabeled"
    }
  | { readonly event: "pull_request_review"; readonly action: "submitted" | "dismissed" }
  | { readonly event: "pull_request_review_comment"; readonly action: "created" }
  | { readonly event: "pull_request_review_thread"; readonly action: "resolved" | "unresolved" }
  | { readonly event: "issue_comment"; readonly action: "created" | "edited" | "deleted" }
  | { readonly event: "check_run"; readonly action: "created" | "completed" | "rerequested" }
  | { readonly event: "check_suite"; readonly action: "completed" | "rerequested" }

/** The names that a webhook may ask for. `ping` comes unasked. @category models */
export const eventNames = [
  "push",
  "create",
  "delete",
  "status",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_review_thread",
  "issue_comment",
  "check_run",
  "check_suite"
] as const satisfies ReadonlyArray<ForgeEvent["event"]>
