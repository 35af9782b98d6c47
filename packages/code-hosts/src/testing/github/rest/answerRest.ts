/**
 * Finds the operation that is asked for, and whether whoever asks may.
 */
import {
  type Forge,
  type ForgeRepository,
  type ForgeRole,
  type ForgeToken,
  type HostReply,
  type HostRequest,
  notice
} from "../../forge/index.ts"
import { unknownIn } from "../descriptions.ts"
import { badCredentials, failed, needsAuthentication, notAccessible, notFound } from "../refusals.ts"
import { hookRoutes } from "./hooks.ts"
import { issueRoutes } from "./issues.ts"
import { pullRequestRoutes } from "./pullRequests.ts"
import { repositoryRoutes } from "./repositories.ts"
import { match, type Route } from "./route.ts"

const routes: ReadonlyArray<Route> = [...pullRequestRoutes, ...issueRoutes, ...repositoryRoutes, ...hookRoutes]

const ranks: ReadonlyArray<ForgeRole> = ["read", "write", "admin"]

export const answerRest = async (
  forge: Forge,
  { api, strict }: { readonly api: string; readonly strict: boolean },
  request: HostRequest
): Promise<HostReply> => {
  const { method, path, query, token: presented } = request
  const token = forge.authenticate(presented)
  if (token === undefined) return presented === undefined ? needsAuthentication : badCredentials
  const body = parse(request.body)
  if (body === undefined) return failed(400, "Problems parsing JSON")
  const unknown = strict ? unknownIn(method, path, query, body) : undefined
  if (unknown !== undefined && unknown.length > 0) {
    return failed(422, `The published description of ${method} ${path} has no ${unknown.join(", ")}`)
  }
  for (const route of routes) {
    const parameters = match(route, method, path)
    if (parameters !== undefined) return answerRoute(forge, api, request, { route, parameters, token, body })
  }
  return notFound
}

const parse = (body: string): Readonly<Record<string, unknown>> | undefined => {
  if (body === "") return {}
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

interface Found {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
  readonly token: ForgeToken
  readonly body: Readonly<Record<string, unknown>>
}

const answerRoute = async (forge: Forge, api: string, request: HostRequest, found: Found): Promise<HostReply> => {
  const { body, parameters, route, token } = found
  const asked = { forge, api, token, request, body, parameters }
  if (route.of === "anything") return route.answer(asked)
  const repository = forge.repositories.get(`${parameters["owner"]}/${parameters["repo"]}`)
  const role = repository === undefined ? null : forge.roleOf(repository, token)
  if (repository === undefined || role === null) return notFound
  await notice(forge, repository)
  const pullRequest = pullRequestOf(repository, parameters)
  if (route.of === "pull request" && pullRequest === undefined) return notFound
  if (ranks.indexOf(role) < ranks.indexOf(route.needs)) return notAccessible
  if (route.of === "repository") return route.answer({ ...asked, repository, role })
  return pullRequest === undefined ? notFound : route.answer({ ...asked, repository, role, pullRequest })
}

const pullRequestOf = ({ pullRequests }: ForgeRepository, { number }: Readonly<Record<string, string>>) =>
  number === undefined ? undefined : pullRequests.get(Number(number))
