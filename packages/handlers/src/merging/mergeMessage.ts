/**
 * What a merge says of itself. Pure.
 */
import type { PullRequest } from "../pullRequests/findPullRequest.ts"

/** `rebase` has no message of its own: every commit keeps the one that it has. */
export const mergeMessage = (
  method: "merge" | "squash",
  pull: Pick<PullRequest, "headRef" | "number" | "title">,
  { body, title }: { readonly title?: string | undefined; readonly body?: string | undefined }
): string => {
  const ours =
    method === "merge"
      ? { title: `Merge pull request #${pull.number} from ${pull.headRef}`, body: pull.title }
      : { title: `${pull.title} (#${pull.number})`, body: "" }
  const subject = title === undefined || title.trim() === "" ? ours.title : title
  const text = body ?? ours.body
  return text === "" ? `${subject}\n` : `${subject}\n\n${text}\n`
}
