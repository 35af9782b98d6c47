/**
 * Somebody else's judgement: prism stands between a client and the fake, and answers for GitHub where either breaks
 * the published description. A request that breaks it gets 422, an answer that does 500, and the words `VIOLATIONS`.
 */
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { createServer, type AddressInfo } from "node:net"
import { openApiPath } from "./descriptions.ts"

/** @category models */
export interface Judge {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Starts it in front of an API. Fails where `@stoplight/prism-cli` is not installed. @category constructors */
export const startJudge = async (upstream: string): Promise<Judge> => {
  const require = createRequire(import.meta.url)
  const cli = require.resolve("@stoplight/prism-cli/dist/index.js")
  const port = await freePort()
  const args = [cli, "proxy", openApiPath, upstream, "--errors", "--host", "127.0.0.1", "--port", String(port)]
  // it tells its makers that it was started, unless told not to
  const env = { PATH: process.env["PATH"], SCARF_ANALYTICS: "false", DO_NOT_TRACK: "1", NO_COLOR: "1" }
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes("Prism is listening on")) resolve()
    }
    child.stdout.on("data", hear)
    child.stderr.on("data", hear)
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`prism ended with ${code}: ${said}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve())
        child.kill()
      })
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
