/**
 * The API of Gitea over a forge: who may ask, and for what.
 */
import type { MergeMethod } from "../../Abilities.ts"
import { readTitle } from "../../gitea/draftTitle.ts"
import { branchesOf } from "../forge/git.ts"
import {
  addComment,
  addLabel,
  addReview,
  editPullRequest,
  findOpen,
  type Forge,
  type ForgePullRequest,
  ForgeRefusal,
  type ForgeRepository,
  type ForgeStatus,
  type ForgeToken,
  type HostReply,
  type HostRequest,
  mergePullRequest,
  notice,
  openPullRequest,
  refuseArchived,
  removeLabel,
  setStatus
} from "../forge/index.ts"
import { unknownIn } from "./operations.ts"
import { failed, notFound, refusedChange, refusedMerge } from "./refusals.ts"
import { labelJson, pullJson, repositoryJson, statusJson, time, userJson } from "./shapes.ts"

interface Asked {
  readonly forge: Forge
  readonly api: string
  readonly repository: ForgeRepository
  readonly token: ForgeToken
  readonly body: Readonly<Record<string, unknown>>
  readonly query: URLSearchParams
  /** What the path names, in its order. */
  readonly names: ReadonlyArray<string>
}
interface AskedOfPull extends Asked {
  readonly pull: ForgePullRequest
}
type Answer<A> = (asked: A) => HostReply | Promise<HostReply>

const text = (value: unknown) => (typeof value === "string" ? value : undefined)
const show = async ({ api, forge, repository }: Asked, pull: ForgePullRequest, status = 200): Promise<HostReply> => ({
  status,
  body: await pullJson(forge, api, repository, pull)
})
const paged = ({ query }: Asked, items: ReadonlyArray<unknown>): HostReply => {
  const limit = Math.min(Number(query.get("limit") ?? 30), 50)
  const from = (Number(query.get("page") ?? 1) - 1) * limit
  const body = items.slice(from, from + limit)
  return { status: 200, body: body.length === 0 && from === 0 ? null : body }
}

const ofPull: Readonly<Record<string, Answer<AskedOfPull>>> = {
  "GET pull": (asked) => show(asked, asked.pull),
  "PATCH pull": async (asked) => {
    const { body, forge, pull, repository, token } = asked
    const state = text(body["state"])
    const title = text(body["title"])
    await editPullRequest(forge, repository, token.user, pull, {
      title,
      body: text(body["body"]),
      baseRef: text(body["base"]),
      state: state === "open" || state === "closed" ? state : undefined,
      draft: title === undefined ? undefined : readTitle(title, undefined).draft
    })
    return show(asked, pull, 201)
  },
  "POST merge": async ({ body, forge, pull, repository, token }) => {
    try {
      await mergePullRequest(forge, repository, token.user, pull, {
        method: (text(body["Do"]) ?? "merge") as MergeMethod,
        expectedHead: text(body["head_commit_id"]),
        title: text(body["MergeTitleField"]) || undefined,
        message: text(body["MergeMessageField"]) || undefined
      })
      return { status: 200 }
    } catch (error) {
      if (error instanceof ForgeRefusal) return refusedMerge(error)
      throw error
    }
  },
  "GET reviews": (asked) =>
    paged(
      asked,
      asked.pull.reviews.map(({ at, author, body, commit, id, state }) => ({
        id,
        user: userJson(author),
        team: null,
        state: { approved: "APPROVED", changes_requested: "REQUEST_CHANGES", commented: "COMMENT" }[state],
        body,
        commit_id: commit,
        stale: commit !== asked.pull.headSha,
        official: asked.repository.roles.has(author.login),
        dismissed: false,
        submitted_at: time(at)
      }))
    ),
  "POST reviews": async ({ body, forge, pull, repository, token }) => {
    const states = { APPROVED: "approved", REQUEST_CHANGES: "changes_requested", COMMENT: "commented" } as const
    const state = states[(text(body["event"]) ?? "COMMENT") as keyof typeof states]
    const { id } = await addReview(forge, repository, token.user, pull, { state, body: text(body["body"]) ?? "" })
    return { status: 200, body: { id, state: body["event"], user: userJson(token.user) } }
  },
  "GET comments": ({ pull }) => ({
    status: 200,
    body: pull.comments.map(({ at, author, body, id }) => ({ id, user: userJson(author), body, created_at: time(at) }))
  }),
  "POST comments": async ({ body, forge, pull, repository, token }) => {
    const { id } = await addComment(forge, repository, token.user, pull, text(body["body"]) ?? "")
    return { status: 201, body: { id, user: userJson(token.user), body: body["body"] } }
  },
  "POST issue labels": async ({ body, forge, pull, repository, token }) => {
    const ids = Array.isArray(body["labels"]) ? (body["labels"] as ReadonlyArray<unknown>) : []
    const found = [...repository.labels.values()].filter(({ id }) => ids.includes(id))
    // by id alone, and what is not there is passed over
    for (const { name } of found) await addLabel(forge, repository, token.user, pull, name)
    return { status: 200, body: [...pull.labels.values()].map(labelJson) }
  },
  "DELETE issue label": async ({ forge, names, pull, repository, token }) => {
    const label = [...repository.labels.values()].find(({ id }) => String(id) === names[1])
    if (label === undefined) return failed(422, "label does not exist")
    await removeLabel(forge, repository, token.user, pull, label.name)
    return { status: 204 }
  }
}

const ofRepository: Readonly<Record<string, Answer<Asked>>> = {
  "GET repository": ({ api, repository }) => ({ status: 200, body: repositoryJson(api, repository) }),
  "GET pulls": async (asked) => {
    const { api, forge, query, repository } = asked
    const state = query.get("state") ?? "open"
    const found = [...repository.pullRequests.values()].filter(
      (one) => state === "all" || (state === "open") === (one.state === "open")
    )
    return paged(asked, await Promise.all(found.map((one) => pullJson(forge, api, repository, one))))
  },
  "POST pulls": async (asked) => {
    const { body, forge, repository, token } = asked
    const title = text(body["title"]) ?? ""
    const pull = await openPullRequest(forge, repository, token.user, {
      title,
      body: text(body["body"]) ?? "",
      baseRef: text(body["base"]) ?? "",
      headRef: text(body["head"]) ?? "",
      draft: readTitle(title, undefined).draft
    })
    return show(asked, pull, 201)
  },
  "GET pull of branches": (asked) => {
    const pull = findOpen(asked.repository, asked.names[0] ?? "", asked.names[1] ?? "")
    return pull === undefined ? notFound : show(asked, pull)
  },
  "GET branch": async ({ names, repository }) => {
    const [name = ""] = names
    const tip = (await branchesOf(repository.path)).get(name)
    if (tip === undefined) return notFound
    const rules = repository.protections.get(name)
    return {
      status: 200,
      body: {
        name,
        commit: { id: tip },
        protected: rules !== undefined,
        required_approvals: rules?.approvals ?? 0,
        enable_status_check: (rules?.checks.length ?? 0) > 0,
        status_check_contexts: rules?.checks ?? null
      }
    }
  },
  "GET status": ({ names, repository }) => {
    const all = [...(repository.statuses.get(names[0] ?? "")?.values() ?? [])]
    const states = new Set(all.map(({ state }) => state))
    const state = (["error", "failure", "pending", "success"] as const).find((one) => states.has(one)) ?? ""
    const statuses = all.length === 0 ? null : all.map(statusJson)
    return { status: 200, body: { state, sha: names[0], total_count: all.length, statuses, repository: null } }
  },
  "POST statuses": async ({ body, forge, names, repository, token }) => {
    const status = await setStatus(forge, repository, token.user, names[0] ?? "", {
      context: text(body["context"]) ?? "default",
      state: (text(body["state"]) ?? "pending") as ForgeStatus["state"],
      description: text(body["description"]) ?? null
    })
    return { status: 201, body: statusJson(status) }
  },
  "GET labels": (asked) => paged(asked, [...asked.repository.labels.values()].map(labelJson)),
  "POST labels": ({ body, forge, repository }) => {
    refuseArchived(repository)
    const name = text(body["name"]) ?? ""
    const colour = text(body["color"]) ?? ""
    if (!/^#?[0-9a-f]{6}$/i.test(colour)) return failed(422, "bad color")
    const label = { id: forge.nextId(), name, color: colour.replace("#", ""), description: null }
    repository.labels.set(name.toLowerCase(), label)
    return { status: 201, body: labelJson(label) }
  }
}

const paths: ReadonlyArray<readonly [pattern: RegExp, get: string, post?: string, other?: string]> = [
  [/^$/, "GET repository"],
  [/^\/pulls$/, "GET pulls", "POST pulls"],
  [/^\/pulls\/(\d+)$/, "GET pull", "", "PATCH pull"],
  [/^\/pulls\/(\d+)\/merge$/, "", "POST merge"],
  [/^\/pulls\/(\d+)\/reviews$/, "GET reviews", "POST reviews"],
  [/^\/pulls\/([^/]+)\/(.+)$/, "GET pull of branches"],
  [/^\/issues\/(\d+)\/comments$/, "GET comments", "POST comments"],
  [/^\/issues\/(\d+)\/labels$/, "", "POST issue labels"],
  [/^\/issues\/(\d+)\/labels\/(\d+)$/, "", "", "DELETE issue label"],
  [/^\/branches\/(.+)$/, "GET branch"],
  [/^\/commits\/([^/]+)\/status$/, "GET status"],
  [/^\/statuses\/([^/]+)$/, "", "POST statuses"],
  [/^\/labels$/, "GET labels", "POST labels"]
]

const operationAt = (method: string, rest: string) => {
  for (const [pattern, ...operations] of paths) {
    const found = pattern.exec(rest)
    if (found === null) continue
    const name = operations.find((one) => one?.startsWith(`${method} `))
    if (name !== undefined) return { name, names: found.slice(1).map(decodeURIComponent) }
  }
  return undefined
}

export const answer = async (forge: Forge, api: string, strict: boolean, request: HostRequest): Promise<HostReply> => {
  const token = forge.authenticate(request.token)
  if (token === undefined) {
    return failed(401, request.token === undefined ? "token is required" : "user does not exist [uid: 0, name: ]")
  }
  if (request.method === "GET" && request.path === "/api/v1/user") return { status: 200, body: userJson(token.user) }
  const [, name = "", rest = ""] = /^\/api\/v1\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(request.path) ?? []
  const repository = forge.repositories.get(decodeURIComponent(name))
  const role = repository === undefined ? null : forge.roleOf(repository, token)
  if (repository === undefined || role === null) return notFound
  const operation = operationAt(request.method, rest)
  if (operation === undefined) return notFound
  const body = (request.body === "" ? {} : JSON.parse(request.body)) as Readonly<Record<string, unknown>>
  const unknown = strict ? unknownIn(operation.name, request.query, body) : []
  if (unknown.length > 0) return failed(422, `Gitea has no ${unknown.join(", ")} in ${operation.name}`)
  await notice(forge, repository)
  const asked = { forge, api, repository, token, body, query: request.query, names: operation.names }
  if (request.method !== "GET" && role === "read")
    return failed(403, "user should have a permission to write to the repository")
  try {
    const plain = ofRepository[operation.name]
    if (plain !== undefined) return await plain(asked)
    const pull = repository.pullRequests.get(Number(operation.names[0]))
    if (pull === undefined) return notFound
    return (await ofPull[operation.name]?.({ ...asked, pull })) ?? notFound
  } catch (error) {
    if (error instanceof ForgeRefusal) return refusedChange(error)
    throw error
  }
}
