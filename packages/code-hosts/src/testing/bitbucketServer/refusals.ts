/**
 * How Bitbucket puts a refusal: the name of an exception, and its words.
 */
import type { ForgeRefusal, HostReply } from "../forge/index.ts"

export const failed = (
  status: number,
  message: string,
  exception: string | null,
  more: Readonly<Record<string, unknown>> = {}
): HostReply => {
  const exceptionName =
    exception === null || exception.includes(".") ? exception : `com.atlassian.bitbucket.${exception}`
  return { status, body: { errors: [{ context: null, message, exceptionName, ...more }] } }
}

export const notPermitted = failed(401, "You are not permitted to access this resource", "AuthorisationException")
export const badCredentials = failed(
  401,
  "Authentication failed. Please check your credentials and try again.",
  "auth.IncorrectPasswordAuthenticationException"
)
export const noRepository = (name: string) =>
  failed(404, `Repository ${name} does not exist.`, "repository.NoSuchRepositoryException")
export const noPullRequest = (number: string, name: string) =>
  failed(404, `Pull request ${number} does not exist in ${name}.`, "pull.NoSuchPullRequestException")
export const notThere = failed(404, "null for uri", "javax.ws.rs.NotFoundException")
export const invalid = (message: string) => failed(400, message, null)

/** @param shown The pull request that is in the way. */
export const refused = ({ reason }: ForgeRefusal, shown: unknown): HostReply => {
  switch (reason) {
    case "archived":
      return failed(409, "The repository is archived and cannot be changed.", "repository.ArchivedRepositoryException")
    case "exists":
      return failed(
        409,
        "Only one pull request may be open for a given source and target branch",
        "pull.DuplicatePullRequestException",
        { context: null, existingPullRequest: shown }
      )
    case "head missing":
    case "base missing":
      return failed(404, "The branch does not exist.", "repository.NoSuchBranchException")
    case "same branch":
    case "no commits":
      return failed(409, "The target is already up-to-date with the source.", "pull.EmptyPullRequestException")
    case "merged":
    case "closed":
      return failed(409, `This pull request is ${reason}.`, "pull.IllegalPullRequestStateException")
    case "no auto-merge":
      return failed(403, "Auto-merge is not enabled for this repository.", "pull.AutoMergeDisabledException")
    default:
      return failed(409, reason, "pull.IllegalPullRequestStateException")
  }
}
