/**
 * A Redis server of our own, where `redis-server` is found: on a loopback port, with its defaults, in a directory
 * that is removed with it. Its defaults write snapshots now and then (RDB) and no log of commands, so that a crash
 * forgets what came after the last snapshot.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Redis } from "ioredis"

export interface RedisServer {
  readonly version: string
  readonly port: number
  /** Forgets everything. */
  readonly clear: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Undefined where there is no redis-server. */
export const startRedis = async (): Promise<RedisServer | undefined> => {
  const version = versionOf()
  if (version === undefined) return undefined
  const directory = mkdtempSync(join(tmpdir(), "drover-bench-redis-"))
  const { port, server } = await startOnFreePort(directory)
  const client = new Redis({ host: "127.0.0.1", port })
  return {
    version,
    port,
    clear: async () => void (await client.flushall()),
    stop: async () => {
      client.disconnect()
      const exited = once(server, "exit")
      // what it holds need not be saved
      if (server.exitCode === null && server.kill("SIGKILL")) await exited
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

const versionOf = (): string | undefined => {
  try {
    return /v=(\S+)/.exec(execFileSync("redis-server", ["--version"], { encoding: "utf8" }))?.[1]
  } catch {
    return undefined
  }
}

const startOnFreePort = async (directory: string, attempts = 5) => {
  // below the ports that the system hands to outgoing connections
  const port = 15_000 + Math.floor(Math.random() * 15_000)
  const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true // Ctrl-C is for us, who then stop it in order
  })
  endWithUs(server)
  if (await isUp(server)) return { port, server }
  if (attempts <= 1) throw new Error("redis-server does not start")
  return startOnFreePort(directory, attempts - 1)
}

/** It would otherwise outlive a bench that fails. */
const endWithUs = (redis: ChildProcess): void => {
  process.on("exit", () => redis.kill("SIGKILL"))
}

const isUp = (server: ChildProcess): Promise<boolean> =>
  new Promise((resolve) => {
    server.stdout?.on("data", (said: Buffer) => {
      if (said.includes("Ready to accept connections")) resolve(true)
    })
    server.once("exit", () => resolve(false))
  })
