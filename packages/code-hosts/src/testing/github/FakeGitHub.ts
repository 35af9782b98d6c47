/**
 * GitHub as tests meet it: REST, GraphQL and git over one forge.
 */
import type { IncomingMessage } from "node:http"
import {
  type Fault,
  type FakeHost,
  Forge,
  type HostReply,
  type HostRequest,
  serve,
  type ServedForge
} from "../forge/index.ts"
import { answerGraphql } from "./graphql/answerGraphql.ts"
import { failed } from "./refusals.ts"
import { answerApp, type FakeApp } from "./rest/apps.ts"
import { answerRest } from "./rest/answerRest.ts"
import { renderWebhook } from "./webhooks.ts"

/** @category models */
export interface FakeGitHub {
  readonly forge: Forge
  /** REST, and git: `${url}/acme/billing.git`. */
  readonly url: string
  readonly graphqlUrl: string
  /** Apps by their id. */
  readonly apps: Map<number, FakeApp>
  readonly close: () => Promise<void>
}

/** @category options */
export interface FakeGitHubOptions {
  /** Refuses fields that the description has not, which GitHub would ignore. Defaults to true: others' clients send some. */
  readonly strict?: boolean | undefined
}

/** @category constructors */
export const makeFakeGitHub = async ({ strict = true }: FakeGitHubOptions = {}): Promise<FakeGitHub> => {
  const forge = await Forge.make()
  const apps = new Map<number, FakeApp>()
  const served: ServedForge = await serve(forge, (url) => hostOf({ forge, apps, api: url, strict }))
  forge.hooks.renderWith(renderWebhook(forge, () => served.url))
  const close = async () => {
    await served.close()
    await forge.dispose()
  }
  return { forge, url: served.url, graphqlUrl: `${served.url}/graphql`, apps, close }
}

interface Parts {
  readonly forge: Forge
  readonly apps: ReadonlyMap<number, FakeApp>
  readonly api: string
  readonly strict: boolean
}

const hostOf = ({ forge, ...parts }: Parts): FakeHost => ({
  answer: async (request) => {
    const reply = await answer({ forge, ...parts }, request)
    const reset = String(Math.ceil(forge.clock.now.getTime() / 1000) + 3600)
    const resource = request.path.endsWith("/graphql") ? "graphql" : "core"
    const budget = {
      "X-RateLimit-Resource": resource,
      "X-RateLimit-Limit": "5000",
      "X-RateLimit-Remaining": "4999",
      "X-RateLimit-Reset": reset
    }
    return { ...reply, headers: { ...budget, ...expiryOf(forge, request.token), ...reply.headers } }
  },
  refuse: (fault, path) => limited(forge, fault, path),
  tokenOf,
  gitAt: (path) => {
    const found = /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-(?:upload|receive)-pack)$/.exec(path)
    return found?.[1] === undefined ? undefined : { name: found[1], rest: found[2] ?? "" }
  },
  archivedText: "This repository was archived so it is read-only."
})

/** `2026-12-01 10:00:00 UTC`: a token that ends says so with every answer. */
const expiryOf = (forge: Forge, presented: string | undefined): Readonly<Record<string, string>> => {
  const expiresAt = forge.authenticate(presented)?.expiresAt
  if (expiresAt === undefined || expiresAt === null) return {}
  const said = expiresAt
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC")
  return { "GitHub-Authentication-Token-Expiration": said }
}

const answer = async ({ api, apps, forge, strict }: Parts, request: HostRequest) => {
  // an enterprise server has its API below a path
  const path = request.path.replace(/^\/api(\/v3)?(?=\/)/, "")
  const asked = { ...request, path }
  if (request.method === "POST" && path === "/graphql") return answerGraphql(forge, api, asked)
  return (await answerApp(forge, apps, asked)) ?? answerRest(forge, { api, strict }, asked)
}

/** `Bearer` and `token` for the API; `Basic`, with the token as password, for git. */
const tokenOf = ({ authorization = "" }: IncomingMessage["headers"]): string | undefined => {
  const [scheme = "", credentials = ""] = authorization.split(" ")
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, "base64").toString().split(":").slice(1).join(":")
  return credentials === "" ? undefined : credentials
}

type Limit = Extract<Fault, { readonly kind: "limit" | "secondary limit" | "too many" }>

const limited = (forge: Forge, fault: Limit, path: string): HostReply => {
  if (fault.kind === "limit") {
    const reset = String(Math.floor(forge.clock.now.getTime() / 1000) + fault.seconds)
    const headers = { "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset }
    const message = "API rate limit exceeded for user ID 1."
    return path.endsWith("/graphql")
      ? { status: 200, headers, body: { errors: [{ type: "RATE_LIMITED", message }] } }
      : { ...failed(403, message), headers }
  }
  const headers = fault.seconds === undefined ? {} : { "Retry-After": String(fault.seconds) }
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
  return { ...failed(fault.kind === "too many" ? 429 : 403, message), headers }
}
