/**
 * What GitHub does to pull requests as issues: comments and labels.
 */
import { addComment, addLabel, ForgeRefusal, type HostReply, removeLabel } from "../../forge/index.ts"
import { archived, failed } from "../refusals.ts"
import { commentJson, labelJson } from "../shapes.ts"
import { type AskedOfPullRequest, ofPullRequest, ofRepository, page, type Route, text } from "./route.ts"

const unlessArchived = async (run: () => Promise<HostReply>): Promise<HostReply> => {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ForgeRefusal && error.reason === "archived") return archived
    throw error
  }
}

const labels = ({ api, pullRequest, repository }: AskedOfPullRequest): HostReply => ({
  status: 200,
  body: [...pullRequest.labels.values()].map((label) => labelJson(api, repository, label))
})

const comment = ({ api, body, forge, pullRequest, repository, token }: AskedOfPullRequest) =>
  unlessArchived(async () => {
    const words = text(body["body"])
    if (words === undefined || words === "") {
      return failed(422, "Validation Failed", [{ resource: "IssueComment", code: "missing_field", field: "body" }])
    }
    const added = await addComment(forge, repository, token.user, pullRequest, words)
    return { status: 201, body: commentJson(api, repository, pullRequest, added) }
  })

/** Of labels, in each of the shapes that GitHub takes: in a list or an object, as texts or as objects. */
const namesIn = (body: unknown): ReadonlyArray<string> => {
  const given: unknown = Array.isArray(body) ? body : (body as { readonly labels?: unknown }).labels
  if (!Array.isArray(given)) return []
  return (given as ReadonlyArray<string | { readonly name: string }>).map((label) =>
    typeof label === "string" ? label : label.name
  )
}

const add = (asked: AskedOfPullRequest) =>
  unlessArchived(async () => {
    const { body, forge, pullRequest, repository, token } = asked
    for (const name of namesIn(body)) await addLabel(forge, repository, token.user, pullRequest, name)
    return labels(asked)
  })

const remove = (asked: AskedOfPullRequest) =>
  unlessArchived(async () => {
    const { forge, parameters, pullRequest, repository, token } = asked
    const had = await removeLabel(forge, repository, token.user, pullRequest, parameters["name"] ?? "")
    return had ? labels(asked) : failed(404, "Label does not exist")
  })

export const issueRoutes: ReadonlyArray<Route> = [
  ofPullRequest("GET /issues/:number/comments", "read", (asked) => {
    const { api, pullRequest, repository } = asked
    return page(
      asked,
      pullRequest.comments.map((one) => commentJson(api, repository, pullRequest, one))
    )
  }),
  ofPullRequest("POST /issues/:number/comments", "read", comment),
  ofPullRequest("GET /issues/:number/labels", "read", labels),
  ofPullRequest("POST /issues/:number/labels", "write", add),
  ofPullRequest("DELETE /issues/:number/labels/:name", "write", remove),
  ofRepository("GET /labels", "read", (asked) => {
    const { api, repository } = asked
    return page(
      asked,
      [...repository.labels.values()].map((label) => labelJson(api, repository, label))
    )
  })
]
