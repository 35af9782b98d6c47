/**
 * How GitHub puts a refusal: its status, and its words.
 */
import type { MergeMethod } from "../../Abilities.ts"
import type { ForgeRefusal, HostReply } from "../forge/index.ts"

const documentation_url = "https://docs.github.com/rest"

export const failed = (status: number, message: string, errors?: ReadonlyArray<unknown>): HostReply => ({
  status,
  body: { message, ...(errors === undefined ? {} : { errors }), documentation_url, status: String(status) }
})

export const notFound = failed(404, "Not Found")
export const badCredentials = failed(401, "Bad credentials")
export const needsAuthentication = failed(401, "Requires authentication")
export const archived = failed(403, "Repository was archived so is read-only.")
export const notAccessible = failed(403, "Resource not accessible by personal access token")

const invalid = (error: Readonly<Record<string, unknown>>) =>
  failed(422, "Validation Failed", [{ resource: "PullRequest", ...error }])
const custom = (message: string) => invalid({ code: "custom", message })

interface About {
  readonly owner: string
  readonly headRef: string
  readonly baseRef: string
}

/** What opening or changing a pull request is refused with. */
export const refusedChange = ({ reason }: ForgeRefusal, { baseRef, headRef, owner }: About): HostReply => {
  switch (reason) {
    case "archived":
      return archived
    case "exists":
      return custom(`A pull request already exists for ${owner}:${headRef}.`)
    case "no commits":
      return custom(`No commits between ${baseRef} and ${headRef}`)
    case "same branch":
      return custom(`No commits between ${baseRef} and ${headRef}`)
    case "head missing":
      return invalid({ field: "head", code: "invalid" })
    case "base missing":
      return invalid({ field: "base", code: "invalid" })
    case "no drafts":
      return custom("Draft pull requests are not supported in this repository.")
    case "merged":
    case "closed":
      return invalid({ field: "state", code: "invalid" })
    case "author":
      return failed(422, "Unprocessable Entity", ["Can not approve your own pull request"])
    default:
      return failed(422, reason)
  }
}

const methods: Readonly<Record<MergeMethod, string>> = {
  merge: "Merge commits",
  squash: "Squash merges",
  rebase: "Rebase merges"
}

export const refusedMerge = ({ reason }: ForgeRefusal, method: MergeMethod): HostReply => {
  switch (reason) {
    case "archived":
      return archived
    case "head moved":
      return failed(409, "Head branch was modified. Review and try the merge again.")
    case "behind":
      return failed(409, "Head branch is out of date")
    case "draft":
      return failed(405, "Pull Request is still a draft")
    case "blocked":
      return failed(405, "At least 1 approving review is required by reviewers with write access.")
    case "checks pending":
      return failed(405, "Required status check is expected.")
    case "method":
      return failed(405, `${methods[method]} are not allowed on this repository.`)
    default:
      return failed(405, "Pull Request is not mergeable")
  }
}

export const refusedUpdate = ({ reason }: ForgeRefusal): HostReply => {
  switch (reason) {
    case "archived":
      return archived
    case "head moved":
      return failed(422, "expected head sha didn’t match current head ref.")
    case "no commits":
      return failed(422, "There are no new commits on the base branch.")
    default:
      return failed(422, "merge conflict between base and head")
  }
}
