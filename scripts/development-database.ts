/**
 * The cluster that `pnpm dev` keeps: where it lives, and whether it runs.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * `DROVER_DEV_POSTGRES` names another place. The server cannot run as root, and its substitute cannot write to a checkout
 * of root's.
 */
export const developmentDirectory = (): string =>
  process.env["DROVER_DEV_POSTGRES"] ??
  (process.getuid?.() === 0
    ? join(tmpdir(), `drover-dev-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`)
    : join(root, ".dev/postgres"))

/** The URL of the cluster in a directory; undefined unless it takes connections. Needs none of PostgreSQL's programs. */
export const urlOfRunning = (directory: string): string | undefined => {
  let lines
  try {
    lines = readFileSync(join(directory, "data/postmaster.pid"), "utf8").split("\n")
  } catch {
    return undefined
  }
  const [pid, , , port] = lines
  const ready = lines[7]?.trim() === "ready"
  return ready && isAlive(Number(pid)) ? `postgres://postgres@127.0.0.1:${port}/postgres` : undefined
}

/** A crash leaves the file behind. */
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
