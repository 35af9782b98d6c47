/**
 * Starts a throw-away or a persistent PostgreSQL from npm binaries, for development, tests and benchmarks.
 *
 * It goes through `pg_ctl`, which gives the server a session of its own: Ctrl-C then ends the programs that use the
 * database first, and the database last.
 *
 * Every process that uses a cluster leaves an `owner-<identity>` file in its directory. The last owner stops the
 * server. When an owner dies without a word its guard process does that. Should both be killed, the next start
 * of any cluster removes the throw-away ones that nobody owns any more.
 */
import { type ChildProcess, spawn } from "node:child_process"
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries.ts"
import { isRunning, ownIdentity } from "./processes.ts"

const throwAwayPrefix = "drover-postgres-"

export interface EmbeddedPostgresOptions {
  /** Where a persistent cluster lives. Without it the cluster is removed when it stops. */
  readonly directory?: string | undefined
  /**
   * Whether commits wait for the disk, as on a production server. Defaults to true for a persistent cluster, whose
   * data should outlive a power cut, and to false for a throw-away one.
   */
  readonly durable?: boolean | undefined
}

export interface EmbeddedPostgres {
  /** The `postgres` database, as the superuser. */
  readonly url: string
  /** It ran already, for another process or left by one that died. */
  readonly reused: boolean
  /** Gives the cluster up; the last process to do so stops the server. */
  readonly stop: () => Promise<void>
  /** Crashes the server, for tests of what happens then. What was committed is kept. */
  readonly kill: () => Promise<void>
  /** Starts the server again on the same port, after `kill` or while it runs. */
  readonly restart: () => Promise<void>
  /** Ends this command before the cluster, should this process die without a word. */
  readonly outlive: (command: { readonly pid: number; readonly mark: string }) => void
}

export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> => {
  const binaries = await postgresBinaries()
  await removeAbandoned(binaries)
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), throwAwayPrefix))
  const claim = join(directory, `owner-${ownIdentity()}`)
  return withLock(directory, binaries, async () => {
    writeFileSync(claim, "")
    const guard = startGuard(directory)
    try {
      return await open(directory, binaries, claim, guard, options)
    } catch (error) {
      guard.kill("SIGKILL")
      await release(directory, binaries, claim)
      throw error
    }
  })
}

/** Stops the cluster, and removes it when it is a throw-away one, unless a running process owns it. */
export const stopUnlessOwned = async (directory: string): Promise<void> => {
  const binaries = await postgresBinaries()
  if (existsSync(directory)) await withLock(directory, binaries, () => release(directory, binaries))
}

const open = async (
  directory: string,
  binaries: PostgresBinaries,
  claim: string,
  guard: ChildProcess,
  options: EmbeddedPostgresOptions
): Promise<EmbeddedPostgres> => {
  const durable = options.durable ?? !isThrowAway(directory)
  const data = dataOf(directory)
  if (!existsSync(join(data, "PG_VERSION"))) await create(data, binaries, durable)
  refuseOtherVersion(directory, binaries)

  const runningPort = await portOfRunning(directory, binaries)
  const port = runningPort ?? (await freePort())
  const start = () => startServer(directory, binaries, port, durable)
  if (runningPort === undefined) await start()

  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    reused: runningPort !== undefined,
    stop: async () => {
      guard.kill("SIGKILL")
      if (existsSync(directory)) await withLock(directory, binaries, () => release(directory, binaries, claim))
    },
    kill: () => stopServer(data, binaries, "immediate"),
    restart: async () => {
      if ((await portOfRunning(directory, binaries)) !== undefined) await stopServer(data, binaries, "fast")
      await start()
    },
    outlive: ({ pid, mark }) => void guard.stdin?.write(`${pid} ${mark}\n`)
  }
}

const dataOf = (directory: string): string => join(directory, "data")

const isThrowAway = (directory: string): boolean => directory.startsWith(join(tmpdir(), throwAwayPrefix))

const create = async (data: string, { initdb }: PostgresBinaries, durable: boolean): Promise<void> => {
  rmSync(data, { recursive: true, force: true }) // what an interrupted creation left
  const sync = durable ? [] : ["--no-sync"]
  await initdb(["-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C", ...sync])
}

const refuseOtherVersion = (directory: string, { majorVersion }: PostgresBinaries): void => {
  const found = readFileSync(join(dataOf(directory), "PG_VERSION"), "utf8").trim()
  if (found === majorVersion) return
  throw new Error(
    `${directory} holds data of PostgreSQL ${found}, but this checkout runs PostgreSQL ${majorVersion}. ` +
      `To start afresh remove it (rm -rf '${directory}'); ` +
      `to keep the data set DATABASE_URL to a PostgreSQL ${found} server that has it.`
  )
}

const startServer = async (
  directory: string,
  { pgCtl }: PostgresBinaries,
  port: number,
  durable: boolean
): Promise<void> => {
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=''", "max_connections=200"]
  // `synchronous_commit` stays on: without it a killed server would forget commits that it had confirmed. Leaving out
  // `fsync` alone forgets nothing unless the whole machine goes down.
  if (!durable) settings.push("fsync=off", "full_page_writes=off")
  const flags = [`-p ${port}`, ...settings.map((setting) => `-c ${setting}`)].join(" ")
  const log = join(directory, "log")
  try {
    await pgCtl(["-D", dataOf(directory), "-w", "-t", "60", "-l", log, "-o", flags, "start"])
  } catch (cause) {
    const said = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(-15).join("\n") : ""
    throw new Error(`PostgreSQL did not start in ${directory}:\n${said}`, { cause })
  }
}

const stopServer = (data: string, { pgCtl }: PostgresBinaries, mode: "fast" | "immediate"): Promise<void> =>
  pgCtl(["-D", data, "-w", "-t", "60", "-m", mode, "stop"])

const portOfRunning = async (directory: string, { pgCtl }: PostgresBinaries): Promise<number | undefined> => {
  const data = dataOf(directory)
  const runs = await pgCtl(["-D", data, "status"]).then(
    () => true,
    () => false
  )
  if (!runs) return undefined
  return Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[3])
}

/**
 * A port below those that the system hands to outgoing connections. On one of those a client that keeps connecting
 * while the server is down would sooner or later connect to itself, and hold the port.
 */
const freePort = async (): Promise<number> => {
  const port = 15_000 + Math.floor(Math.random() * 15_000)
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(false))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)))
  })
  return isFree ? port : freePort()
}

const claimsIn = (directory: string): ReadonlyArray<string> =>
  readdirSync(directory).filter((name) => name.startsWith("owner-"))

const isHeld = (claim: string): boolean => isRunning(claim.slice("owner-".length))

/** Its own claim stays until the server has stopped: who is killed while it waits for that leaves a cluster that is found. */
const release = async (directory: string, binaries: PostgresBinaries, ownClaim?: string): Promise<void> => {
  const claims = claimsIn(directory).map((name) => join(directory, name))
  if (claims.some((claim) => claim !== ownClaim && isHeld(basename(claim)))) {
    if (ownClaim !== undefined) rmSync(ownClaim, { force: true })
    return
  }
  const data = dataOf(directory)
  if ((await portOfRunning(directory, binaries)) !== undefined) {
    await stopServer(data, binaries, "fast").catch(() => stopServer(data, binaries, "immediate"))
  }
  if (isThrowAway(directory)) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  else for (const claim of claims) rmSync(claim, { force: true })
}

/** Stops and removes throw-away clusters whose owners have all died together with their guards. */
const removeAbandoned = async (binaries: PostgresBinaries): Promise<void> => {
  const uid = binaries.user?.uid ?? process.getuid?.()
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(throwAwayPrefix))) {
    const directory = join(tmpdir(), name)
    try {
      if (uid !== undefined && lstatSync(directory).uid !== uid) continue
      const claims = claimsIn(directory)
      // One without any claim is about to be used.
      if (claims.length > 0 && !claims.some(isHeld)) await release(directory, binaries)
    } catch {
      // Another process is removing it.
    }
  }
}

/** Waits on the other end of a pipe that closes whenever, and however, this process ends. */
const startGuard = (directory: string): ChildProcess => {
  const script = fileURLToPath(new URL("embedded-postgres-guard.ts", import.meta.url))
  // Detached, so that the terminal's Ctrl-C does not end it together with what it guards.
  const guard = spawn(process.execPath, [script, directory], { detached: true, stdio: ["pipe", "ignore", "ignore"] })
  guard.on("error", () => {})
  guard.stdin.on("error", () => {})
  guard.unref()
  if ("unref" in guard.stdin && typeof guard.stdin.unref === "function") guard.stdin.unref()
  return guard
}

/** One process at a time creates, starts or stops the cluster of a directory. */
const withLock = async <A>(directory: string, { user }: PostgresBinaries, work: () => Promise<A>): Promise<A> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (user !== undefined) {
    // Root may own anything: never take over what another user put in a shared folder under a name they could guess.
    const found = lstatSync(directory)
    if (!found.isDirectory() || (found.uid !== 0 && found.uid !== user.uid)) {
      throw new Error(`${directory} belongs to another user: remove it`)
    }
    chownSync(directory, user.uid, user.gid)
  }
  const lock = join(directory, "lock")
  // A link is created together with its content, so nobody ever sees a lock without a holder.
  while (!tryLink(ownIdentity(), lock)) {
    const holder = linkTarget(lock)
    if (holder !== undefined && !isRunning(holder)) rmSync(lock, { force: true })
    else await sleep(50)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

const tryLink = (target: string, path: string): boolean => {
  try {
    symlinkSync(target, path)
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  }
}

const linkTarget = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
