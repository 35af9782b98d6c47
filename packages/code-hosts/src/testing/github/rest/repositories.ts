/**
 * Repositories, their branches and statuses, and who asks.
 */
import { type ForgeStatus, setStatus } from "../../forge/index.ts"
import { branchesOf } from "../../forge/git.ts"
import { notFound } from "../refusals.ts"
import { wholeRepositoryJson } from "../repositoryJson.ts"
import { repositoryUrl, statusJson, wholeUserJson } from "../shapes.ts"
import { anything, type AskedOfRepository, ofRepository, page, type Route, text } from "./route.ts"

const edit = async ({ api, body, forge, repository, role, token }: AskedOfRepository) => {
  const { archived } = body
  if (typeof archived === "boolean") {
    repository.archived = archived
    await forge.hooks.tell({ kind: "archived", repository, by: token.user })
  }
  return { status: 200, body: wholeRepositoryJson(api, repository, role) }
}

const branches = async (asked: AskedOfRepository) => {
  const { api, repository } = asked
  const url = repositoryUrl(api, repository)
  return page(
    asked,
    [...(await branchesOf(repository.path))].map(([name, sha]) => ({
      name,
      commit: { sha, url: `${url}/commits/${sha}` },
      protected: repository.protections.has(name)
    }))
  )
}

const status = async ({ api, body, forge, parameters, repository, token }: AskedOfRepository) => {
  const sha = parameters["sha"] ?? ""
  const state = (text(body["state"]) ?? "pending") as ForgeStatus["state"]
  const context = text(body["context"]) ?? "default"
  const set = { context, state, description: text(body["description"]) ?? null }
  return {
    status: 201,
    body: statusJson(api, repository, sha, await setStatus(forge, repository, token.user, sha, set))
  }
}

export const repositoryRoutes: ReadonlyArray<Route> = [
  anything("GET /user", ({ api, token }) => ({ status: 200, body: wholeUserJson(api, token.user) })),
  anything("GET /users/:login", ({ api, forge, parameters }) => {
    const user = forge.users.get(parameters["login"] ?? "")
    return user === undefined ? notFound : { status: 200, body: wholeUserJson(api, user) }
  }),
  anything("GET /rate_limit", ({ forge }) => {
    const rate = { limit: 5000, used: 0, remaining: 5000, reset: Math.ceil(forge.clock.now.getTime() / 1000) + 3600 }
    return { status: 200, body: { resources: { core: rate, search: rate }, rate } }
  }),
  ofRepository("GET ", "read", ({ api, repository, role }) => ({
    status: 200,
    body: wholeRepositoryJson(api, repository, role)
  })),
  ofRepository("PATCH ", "admin", edit),
  ofRepository("GET /branches", "read", branches),
  ofRepository("POST /statuses/:sha", "write", status)
]
