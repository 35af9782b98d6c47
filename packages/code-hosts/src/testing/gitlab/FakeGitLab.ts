/**
 * GitLab as tests meet it: REST and git over one forge.
 */
import type { IncomingMessage } from "node:http"
import {
  type FakeHost,
  Forge,
  type ForgePullRequest,
  ForgeRefusal,
  type ForgeRole,
  type HostReply,
  type HostRequest,
  notice,
  serve
} from "../forge/index.ts"
import { branchesOf } from "../forge/git.ts"
import { fields, unknownFields } from "./fields.ts"
import {
  approvals,
  type Asked,
  type AskedOf,
  cancel,
  create,
  edit,
  failed,
  merge,
  note,
  notes,
  rebase,
  refusedChange,
  refusedMerge,
  show
} from "./mergeRequests.ts"
import { projectJson, userJson } from "./shapes.ts"

/** @category models */
export interface FakeGitLab {
  readonly forge: Forge
  /** Git: `${url}/acme/billing.git`. */
  readonly url: string
  readonly apiUrl: string
  readonly close: () => Promise<void>
}

/** @category constructors */
export const makeFakeGitLab = async (): Promise<FakeGitLab> => {
  const forge = await Forge.make()
  const squashed = new Set<ForgePullRequest>()
  const served = await serve(forge, (url) => hostOf(forge, url, squashed))
  const close = async () => {
    await served.close()
    await forge.dispose()
  }
  return { forge, url: served.url, apiUrl: `${served.url}/api/v4`, close }
}

const hostOf = (forge: Forge, api: string, squashed: Set<ForgePullRequest>): FakeHost => ({
  answer: (request) => answer(forge, api, squashed, request),
  refuse: (fault) => {
    const reset = Math.floor(forge.clock.now.getTime() / 1000) + (fault.seconds ?? 60)
    const wait = fault.seconds === undefined || fault.kind === "limit" ? {} : { "Retry-After": String(fault.seconds) }
    const headers = { "RateLimit-Limit": "60", "RateLimit-Remaining": "0", "RateLimit-Reset": String(reset), ...wait }
    return { status: 429, headers: { "Content-Type": "text/plain", ...headers }, body: "Retry later\n" }
  },
  tokenOf,
  gitAt: (path) => {
    const found = /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-(?:upload|receive)-pack)$/.exec(path)
    return found?.[1] === undefined ? undefined : { name: found[1], rest: found[2] ?? "" }
  },
  archivedText: "You can't push code to an archived project: this project is archived."
})

const tokenOf = ({ authorization = "", "private-token": own }: IncomingMessage["headers"]): string | undefined => {
  if (typeof own === "string") return own
  const [scheme = "", credentials = ""] = authorization.split(" ")
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, "base64").toString().split(":").slice(1).join(":")
  return credentials === "" ? undefined : credentials
}

const ranks: ReadonlyArray<ForgeRole> = ["read", "write", "admin"]

interface Route {
  readonly fields: string
  readonly needs: ForgeRole
  readonly run: (asked: AskedOf, request: HostRequest) => HostReply | Promise<HostReply>
  readonly refused?: (refusal: ForgeRefusal) => HostReply
}

const page = (items: ReadonlyArray<unknown>, { query }: HostRequest): HostReply => {
  const size = Math.min(100, Number(query.get("per_page") ?? 20))
  const at = Number(query.get("page") ?? 1)
  return { status: 200, body: items.slice((at - 1) * size, at * size) }
}

const routes: Readonly<Record<string, Route>> = {
  "GET ": { fields: "none", needs: "read", run: (asked) => show(asked, asked.pullRequest) },
  "PUT ": { fields: "edit", needs: "write", run: edit },
  "PUT /merge": { fields: "merge", needs: "write", run: merge, refused: refusedMerge },
  "PUT /rebase": { fields: "rebase", needs: "write", run: rebase },
  "POST /cancel_merge_when_pipeline_succeeds": { fields: "none", needs: "write", run: cancel },
  "GET /notes": { fields: "none", needs: "read", run: (asked, request) => page(notes(asked), request) },
  "POST /notes": { fields: "note", needs: "read", run: note },
  "GET /approvals": { fields: "none", needs: "read", run: approvals }
}

const answer = async (
  forge: Forge,
  api: string,
  squashed: Set<ForgePullRequest>,
  request: HostRequest
): Promise<HostReply> => {
  const token = forge.authenticate(request.token)
  if (token === undefined) return failed(401, "401 Unauthorized")
  const sudo = request.headers["sudo"]
  const by = typeof sudo === "string" ? forge.users.get(sudo) : token.user
  if (by === undefined) return failed(404, `404 User with ID or username '${String(sudo)}' Not Found`)
  if (by !== token.user && token.access !== "admin") return failed(403, "403 Forbidden - Must be admin to use sudo")
  const { method } = request
  const path = request.path.replace(/^\/api\/v4/, "")
  if (method === "GET" && path === "/user") return { status: 200, body: userJson(api, by) }
  if (method === "GET" && path === "/users") {
    const user = forge.users.get(request.query.get("username") ?? "")
    return { status: 200, body: user === undefined ? [] : [userJson(api, user)] }
  }
  if (method === "GET" && path === "/personal_access_tokens/self") {
    return { status: 200, body: { id: 1, expires_at: token.expiresAt?.toISOString().slice(0, 10) ?? null } }
  }
  const [, name = "", rest] = /^\/projects\/([^/]+)(.*)$/.exec(path) ?? []
  const repository = forge.repositories.get(decodeURIComponent(name))
  const role = repository === undefined ? null : forge.roleOf(repository, { ...token, user: by })
  if (repository === undefined || role === null || rest === undefined) return failed(404, "404 Project Not Found")
  await notice(forge, repository)
  const body = (request.body === "" ? {} : JSON.parse(request.body)) as Readonly<Record<string, unknown>>
  return answerProject({ forge, api, by, repository, body, squashed }, request, rest, role)
}

const answerProject = async (asked: Asked, request: HostRequest, rest: string, role: ForgeRole): Promise<HostReply> => {
  const { api, body, repository } = asked
  const { method, query } = request
  if (method === "GET" && rest === "") return { status: 200, body: projectJson(api, repository) }
  const branch = /^\/repository\/branches\/([^/]+)$/.exec(rest)?.[1]
  if (method === "GET" && branch !== undefined) {
    const at = (await branchesOf(repository.path)).get(decodeURIComponent(branch))
    return at === undefined ? failed(404, "404 Branch Not Found") : { status: 200, body: { commit: { id: at } } }
  }
  if (rest === "/merge_requests" && method === "GET") {
    const found = [...repository.pullRequests.values()].filter(
      (one) =>
        (query.get("state") !== "opened" || one.state === "open") &&
        (query.get("source_branch") ?? one.headRef) === one.headRef &&
        (query.get("target_branch") ?? one.baseRef) === one.baseRef
    )
    const shown = []
    for (const one of found) shown.push((await show(asked, one)).body)
    return page(shown, request)
  }
  if (rest === "/merge_requests" && method === "POST") {
    return guarded({ fields: "create", needs: "write" }, role, body, () => create(asked))
  }
  const [, number, below = ""] = /^\/merge_requests\/(\d+)(.*)$/.exec(rest) ?? []
  const route = routes[`${method} ${below}`]
  const pullRequest = repository.pullRequests.get(Number(number))
  if (route === undefined || pullRequest === undefined) return failed(404, "404 Not found")
  return guarded(route, role, body, async () => route.run({ ...asked, pullRequest }, request))
}

const guarded = async (
  route: Omit<Route, "run">,
  role: ForgeRole,
  body: Readonly<Record<string, unknown>>,
  run: () => Promise<HostReply>
): Promise<HostReply> => {
  const unknown = unknownFields(fields[route.fields] ?? "", body)
  if (unknown.length > 0) return failed(400, `GitLab documents no ${unknown.join(", ")}`)
  if (ranks.indexOf(role) < ranks.indexOf(route.needs)) {
    return route.refused === undefined ? failed(403, "403 Forbidden") : failed(401, "401 Unauthorized")
  }
  try {
    return await run()
  } catch (error) {
    if (error instanceof ForgeRefusal) return (route.refused ?? refusedChange)(error)
    throw error
  }
}
