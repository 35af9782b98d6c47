/**
 * Serves a bare repository over smart HTTP by `git http-backend`.
 */
import { spawn } from "node:child_process"
import type { IncomingMessage, ServerResponse } from "node:http"
import { gitEnvironment } from "./git.ts"

/** @category models */
export interface GitRequest {
  readonly repository: string
  readonly service: "git-upload-pack" | "git-receive-pack"
  /** Below the repository: `/info/refs`, `/git-receive-pack`. */
  readonly path: string
  readonly user: string
}

/** Ends when the answer is sent and git is done. */
export const serveGit = async (
  { path, repository, service, user }: GitRequest,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> => {
  const { headers, method = "GET" } = request
  const optional = {
    CONTENT_TYPE: headers["content-type"],
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: headers["git-protocol"]
  }
  const env: Record<string, string> = {
    ...gitEnvironment(),
    GIT_PROJECT_ROOT: repository,
    PATH_INFO: path,
    GIT_HTTP_EXPORT_ALL: "1",
    REQUEST_METHOD: method,
    QUERY_STRING: path === "/info/refs" ? `service=${service}` : "",
    REMOTE_USER: user,
    SERVER_PROTOCOL: "HTTP/1.1"
  }
  for (const [name, value] of Object.entries(optional)) if (typeof value === "string") env[name] = value
  const child = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] })
  child.stdin.on("error", () => undefined)
  response.once("close", () => child.kill())
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  let headSent = false
  child.stdout.on("data", (chunk: Buffer) => {
    if (headSent) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf("\r\n\r\n")
    if (end === -1) return
    headSent = true
    sendHead(head.subarray(0, end).toString("latin1"), response)
    response.write(head.subarray(end + 4))
  })
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", () => resolve())
  })
}

const sendHead = (head: string, response: ServerResponse): void => {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":")
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
}
