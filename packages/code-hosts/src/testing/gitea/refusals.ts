/**
 * How Gitea puts a refusal: its status, and its words.
 */
import type { ForgeRefusal, HostReply } from "../forge/index.ts"

export const failed = (status: number, message: string): HostReply => ({
  status,
  body: { message, url: "https://gitea.invalid/api/swagger" }
})

export const notFound: HostReply = {
  status: 404,
  body: { errors: null, message: "The target couldn't be found.", url: "https://gitea.invalid/api/swagger" }
}
export const archived = failed(423, "repository is archived")

export const refusedChange = ({ existing, reason }: ForgeRefusal): HostReply => {
  switch (reason) {
    case "archived":
      return archived
    case "exists":
      return failed(
        409,
        `pull request already exists for these targets [id: ${existing?.id}, issue_id: ${existing?.id}, head_branch: ${existing?.headRef}, base_branch: ${existing?.baseRef}]`
      )
    case "head missing":
    case "base missing":
      return notFound
    case "merged":
      return failed(412, "cannot change state of this pull request, it was already merged")
    case "closed":
      return failed(412, "pull request is closed")
    default:
      return failed(422, reason)
  }
}

/** A conflict is a fault of the server's: 500, with the words of git. */
export const refusedMerge = ({ reason }: ForgeRefusal): HostReply => {
  switch (reason) {
    case "archived":
      return archived
    case "conflict":
      return failed(
        500,
        "Merge Conflict Error: exit status 1: Automatic merge failed; fix conflicts and then commit the result."
      )
    case "head moved":
      return failed(409, "head out of date")
    case "method":
      return failed(405, "merge style is not allowed for this repository")
    case "draft":
      return failed(405, "Work in progress PRs cannot be merged")
    case "closed":
      return notFound
    case "merged":
      return failed(405, "")
    default:
      return failed(405, "Please try again later")
  }
}
