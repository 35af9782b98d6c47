/**
 * The REST of Bitbucket over a forge: who may ask, and for what.
 */
import { type Forge, ForgeRefusal, type HostReply, type HostRequest, notice, openPullRequest } from "../forge/index.ts"
import type { Settings } from "./Settings.ts"
import { unknownIn } from "./fields.ts"
import { approvalsOf, type Asked, branchIn, ofPull, show, strategies, text } from "./pullRequests.ts"
import { badCredentials, invalid, noPullRequest, noRepository, notPermitted, notThere, refused } from "./refusals.ts"
import { pageJson, pullJson, repositoryJson } from "./shapes.ts"

const ofRepository: Readonly<Record<string, (asked: Asked) => HostReply | Promise<HostReply>>> = {
  "GET repository": ({ repository }) => ({ status: 200, body: repositoryJson(repository) }),
  "GET settings": ({ repository }) => {
    const all = ["no-ff", "ff", "ff-only", "rebase-no-ff", "rebase-ff-only", "squash", "squash-ff-only"]
    const list = all.map((id) => {
      const method = strategies[id]
      return { id, name: id, enabled: method !== undefined && repository.mergeMethods.includes(method) }
    })
    const mergeConfig = { type: "REPOSITORY", defaultStrategy: list[0], strategies: list }
    const requiredApprovers = { enable: approvalsOf(repository) > 0, count: String(approvalsOf(repository)) }
    return { status: 200, body: { mergeConfig, requiredApprovers, requiredAllApprovers: false } }
  },
  "GET pulls": ({ query, repository, settings }) => {
    const states: Readonly<Record<string, string>> = { OPEN: "open", MERGED: "merged", DECLINED: "closed" }
    const state = query.get("state") ?? "OPEN"
    const at = query.get("at")?.replace(/^refs\/heads\//, "")
    const outgoing = query.get("direction") === "OUTGOING"
    const found = [...repository.pullRequests.values()]
      .filter((pull) => state === "ALL" || pull.state === states[state])
      .filter((pull) => at === undefined || (outgoing ? pull.headRef : pull.baseRef) === at)
      .map((pull) => pullJson(settings.url, settings.drafts, repository, pull))
    return { status: 200, body: pageJson(query, found.toReversed()) }
  },
  "POST pulls": async (asked) => {
    const { body, forge, repository, settings, token } = asked
    const title = text(body["title"]) ?? ""
    if (title === "") return invalid("A title is required.")
    const pull = await openPullRequest(forge, repository, token.user, {
      title,
      body: text(body["description"]) ?? "",
      baseRef: branchIn(body["toRef"]) ?? "",
      headRef: branchIn(body["fromRef"]) ?? "",
      draft: settings.drafts && body["draft"] === true
    })
    return show(asked, pull, 201)
  }
}

const paths: ReadonlyArray<readonly [pattern: RegExp, ...operations: ReadonlyArray<string>]> = [
  [/^$/, "GET repository"],
  [/^\/settings\/pull-requests$/, "GET settings"],
  [/^\/pull-requests$/, "GET pulls", "POST pulls"],
  [/^\/pull-requests\/(\d+)$/, "GET pull", "PUT pull"],
  [/^\/pull-requests\/(\d+)\/decline$/, "POST decline"],
  [/^\/pull-requests\/(\d+)\/reopen$/, "POST reopen"],
  [/^\/pull-requests\/(\d+)\/merge$/, "GET merge", "POST merge"],
  [/^\/pull-requests\/(\d+)\/auto-merge$/, "GET auto-merge", "DELETE auto-merge"],
  [/^\/pull-requests\/(\d+)\/changes$/, "GET changes"],
  [/^\/pull-requests\/(\d+)\/activities$/, "GET activities"],
  [/^\/pull-requests\/(\d+)\/comments$/, "POST comments"],
  [/^\/pull-requests\/(\d+)\/participants\/([^/]+)$/, "PUT participant"]
]

const operationAt = (method: string, rest: string) => {
  for (const [pattern, ...operations] of paths) {
    const found = pattern.exec(rest)
    if (found === null) continue
    const name = operations.find((one) => one.startsWith(`${method} `))
    if (name !== undefined) return { name, names: found.slice(1).map(decodeURIComponent) }
  }
  return undefined
}

export const answer = async (forge: Forge, settings: Settings, request: HostRequest): Promise<HostReply> => {
  const token = forge.authenticate(request.token)
  if (request.token !== undefined && token === undefined) return badCredentials
  const reply = await answerAs(forge, settings, request)
  const user = token?.user.login ?? "anonymous"
  return { ...reply, headers: { "X-AUSERNAME": encodeURIComponent(user), ...reply.headers } }
}

const answerAs = async (forge: Forge, settings: Settings, request: HostRequest): Promise<HostReply> => {
  const token = forge.authenticate(request.token)
  const { method, path } = request
  if (method === "GET" && path === "/rest/api/latest/application-properties") {
    return { status: 200, body: { version: settings.version, buildNumber: "8019001", displayName: "Bitbucket" } }
  }
  if (token === undefined) return notPermitted
  const commit = /^\/rest\/build-status\/latest\/commits\/stats\/([0-9a-f]{40})$/.exec(path)?.[1]
  if (method === "GET" && commit !== undefined) return { status: 200, body: buildStats(forge, commit) }

  const [, key = "", slug = "", rest = ""] =
    /^\/rest\/api\/latest\/projects\/([^/]+)\/repos\/([^/]+)(\/.*)?$/.exec(path) ?? []
  const name = `${decodeURIComponent(key)}/${decodeURIComponent(slug)}`
  const repository = forge.repositories.get(name)
  if (repository === undefined) return noRepository(name)
  const role = forge.roleOf(repository, token)
  if (role === null) return notPermitted
  const operation = operationAt(method, rest)
  if (operation === undefined) return notThere
  const sent = request.body === "" ? undefined : (JSON.parse(request.body) as Readonly<Record<string, unknown>>)
  const unknown = settings.strict ? unknownIn(operation.name, request.query, sent) : []
  if (unknown.length > 0) return invalid(`Bitbucket has no ${unknown.join(", ")} in ${operation.name}`)
  // a form of another site could have sent it
  const forged = method !== "GET" && sent === undefined && request.headers["x-atlassian-token"] !== "no-check"
  if (forged) return { status: 403, body: "XSRF check failed" }
  await notice(forge, repository)
  const { names } = operation
  const { query } = request
  const asked = { forge, settings, repository, token, mayWrite: role !== "read", body: sent ?? {}, query, names }
  try {
    const plain = ofRepository[operation.name]
    if (plain !== undefined) return await plain(asked)
    const pull = repository.pullRequests.get(Number(names[0]))
    if (pull === undefined) return noPullRequest(names[0] ?? "", name)
    return (await ofPull[operation.name]?.({ ...asked, pull })) ?? notThere
  } catch (error) {
    if (!(error instanceof ForgeRefusal)) throw error
    const { existing } = error
    const shown =
      existing === undefined || settings.sparse
        ? undefined
        : pullJson(settings.url, settings.drafts, repository, existing)
    return refused(error, shown)
  }
}

const buildStats = (forge: Forge, commit: string) => {
  const all = [...forge.repositories.values()].flatMap(({ statuses }) => [...(statuses.get(commit)?.values() ?? [])])
  const count = (state: string) => all.filter((one) => one.state === state).length
  return {
    cancelled: count("error"),
    failed: count("failure"),
    inProgress: count("pending"),
    successful: count("success"),
    unknown: 0
  }
}
