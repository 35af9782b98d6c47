/**
 * The cluster that `pnpm dev` keeps: where it lives, whether it runs, and what encrypts the credentials in it.
 */
import { createHash, randomBytes } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
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

const settingsOfKeys = ["DROVER_KEYS", "DROVER_KEYS_FILE", "DROVER_AWS_KMS_KEY", "DROVER_NO_KEYS"]

/**
 * What names the keys that encrypt credentials in the cluster: a file beside it. Nothing where the environment names
 * others, or where there is no such file and none is to be made.
 */
export const developmentKeys = (directory: string, { make }: { readonly make: boolean }): Record<string, string> => {
  if (settingsOfKeys.some((name) => (process.env[name] ?? "") !== "")) return {}
  const path = join(directory, "keys")
  if (make && !existsSync(path)) {
    writeFileSync(path, `development ${randomBytes(32).toString("base64")}\n`, { mode: 0o600 })
  }
  return existsSync(path) ? { DROVER_KEYS_FILE: path } : {}
}

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
