/**
 * Serves a forge as some host: HTTP on 127.0.0.1, with its faults, its log, and git beside the API.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Fault } from "./Faults.ts"
import type { Forge } from "./Forge.ts"
import { serveGit } from "./gitBackend.ts"
import { notice } from "./merging.ts"
import type { ForgeRepository } from "./model.ts"

/** @category models */
export interface HostRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage["headers"]
  readonly body: string
  /** What was presented as proof of who asks. */
  readonly token: string | undefined
}

/** @category models */
export interface HostReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Undefined: none. */
  readonly body?: unknown
}

/** What a host's fake adds to the forge. @category models */
export interface FakeHost {
  /** Called by one request at a time. Sees first what was pushed to the repository that is asked for: `notice`. */
  readonly answer: (request: HostRequest) => Promise<HostReply>
  /** How a limit looks here. */
  readonly refuse: (
    fault: Extract<Fault, { readonly kind: "limit" | "secondary limit" | "too many" }>,
    path: string
  ) => HostReply
  /** Finds the proof of who asks. */
  readonly tokenOf: (headers: IncomingMessage["headers"]) => string | undefined
  /** The repository whose git is asked for at this path, and what follows it; undefined: no git. */
  readonly gitAt: (path: string) => { readonly name: string; readonly rest: string } | undefined
  /** What a push to a repository that takes none is told. */
  readonly archivedText: string
}

/** @category models */
export interface ServedForge {
  /** `http://127.0.0.1:1234` */
  readonly url: string
  readonly close: () => Promise<void>
}

/** @category constructors */
export const serve = async (forge: Forge, makeHost: (url: string) => FakeHost): Promise<ServedForge> => {
  let host: FakeHost | undefined
  const server = createServer((request, response) => {
    if (host === undefined) return
    handle(forge, host, request, response).catch((error: unknown) => {
      // a fault of the fake itself: the test shall see it
      response.statusCode = 599
      response.end(String(error instanceof Error ? error.stack : error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  host = makeHost(url)
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

const handle = async (forge: Forge, host: FakeHost, request: IncomingMessage, response: ServerResponse) => {
  const url = new URL(request.url ?? "/", "http://127.0.0.1")
  const method = request.method ?? "GET"
  const asked = host.gitAt(url.pathname)
  const token = host.tokenOf(request.headers)
  const logged = forge.log.add({ method, path: url.pathname, token, git: asked !== undefined })
  response.once("close", () => {
    logged.status = response.statusCode
  })
  const fault = forge.faults.take({ method, path: url.pathname, git: asked !== undefined })
  if (fault?.kind === "slow") await Promise.race([fault.until, closed(response)])
  if (response.destroyed) return

  const before = refusalBefore(forge, host, fault, token, url.pathname)
  if (before !== undefined) send(response, before)
  else if (asked !== undefined) await answerGit(forge, host, asked, url, request, response, token)
  else {
    const body = await read(request)
    const { headers } = request
    const query = url.searchParams
    const ask = { method, path: url.pathname, query, headers, body, token }
    const reply = await forge.exclusively(() => host.answer(ask))
    sendWith(fault, response, { ...reply, headers: { Date: forge.clock.now.toUTCString(), ...reply.headers } })
  }
}

const closed = (response: ServerResponse) => new Promise<void>((resolve) => response.once("close", () => resolve()))

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const refusalBefore = (
  forge: Forge,
  host: FakeHost,
  fault: Fault | undefined,
  token: string | undefined,
  path: string
): HostReply | undefined => {
  const Date = forge.clock.now.toUTCString()
  if (fault?.kind === "limit" || fault?.kind === "secondary limit" || fault?.kind === "too many") {
    forge.log.wait(token, (fault.seconds ?? 60) * 1000)
    const reply = host.refuse(fault, path)
    return { ...reply, headers: { Date, ...reply.headers } }
  }
  if (fault?.kind !== "unavailable") return undefined
  const wait = fault.seconds === undefined ? {} : { "Retry-After": String(fault.seconds) }
  return { status: fault.status, headers: { Date, "Content-Type": "text/html", ...wait }, body: "<h1>Unicorn!</h1>" }
}

const sendWith = (fault: Fault | undefined, response: ServerResponse, reply: HostReply): void => {
  if (fault?.kind === "lost answer") {
    send(response, { status: fault.status, headers: { "Content-Type": "text/html" }, body: "<h1>Bad gateway</h1>" })
  } else if (fault?.kind === "cut") response.destroy()
  else if (fault?.kind === "truncated") {
    const text = JSON.stringify(reply.body ?? "")
    response.writeHead(reply.status, { "Content-Type": "application/json", "Content-Length": String(text.length) })
    response.write(text.slice(0, text.length / 2), () => response.destroy())
  } else send(response, reply)
}

const send = (response: ServerResponse, { body, headers, status }: HostReply): void => {
  response.statusCode = status
  const all = body === undefined ? { ...headers } : { "Content-Type": "application/json; charset=utf-8", ...headers }
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value)
  response.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body))
}

const services: ReadonlyArray<string | undefined> = ["git-upload-pack", "git-receive-pack"]

const answerGit = async (
  forge: Forge,
  host: FakeHost,
  { name, rest }: { readonly name: string; readonly rest: string },
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  presented: string | undefined
) => {
  const service = rest === "/info/refs" ? url.searchParams.get("service") : rest.slice(1)
  const token = forge.authenticate(presented)
  const repository = forge.repositories.get(name)
  if (service === null || !services.includes(service)) return send(response, { status: 404 })
  const text = gitRefusal(forge, host, repository, presented, service)
  if (repository === undefined || text !== undefined) {
    const { body, status } = text ?? { status: 404, body: "Repository not found." }
    const challenge = status === 401 ? { "WWW-Authenticate": 'Basic realm="fake"' } : {}
    return send(response, { status, body, headers: { "Content-Type": "text/plain", ...challenge } })
  }
  const user = token?.user
  const ask = { repository: repository.path, service: service as "git-upload-pack", path: rest }
  await serveGit({ ...ask, user: user?.login ?? "nobody" }, request, response)
  if (service === "git-receive-pack" && rest !== "/info/refs") {
    await forge.exclusively(async () => {
      await notice(forge, repository, user)
      await forge.hooks.tell({ kind: "pushed", repository, by: user })
    })
  }
  response.end()
}

const gitRefusal = (
  forge: Forge,
  host: FakeHost,
  repository: ForgeRepository | undefined,
  presented: string | undefined,
  service: string
): { readonly status: number; readonly body: string } | undefined => {
  const token = forge.authenticate(presented)
  if (token === undefined && (presented !== undefined || service === "git-receive-pack")) {
    return { status: 401, body: "Invalid username or token." }
  }
  const role = repository === undefined ? null : forge.roleOf(repository, token)
  if (role === null) {
    return token === undefined
      ? { status: 401, body: "Invalid username or token." }
      : { status: 404, body: "Repository not found." }
  }
  if (service === "git-upload-pack") return undefined
  if (role === "read") return { status: 403, body: `Permission to ${repository?.name} denied to ${token?.user.login}.` }
  return repository?.archived === true ? { status: 403, body: host.archivedText } : undefined
}
