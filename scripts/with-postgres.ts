/**
 * Runs a command with a PostgreSQL to work on, and leaves nothing running after it.
 *
 * usage: node scripts/with-postgres.ts [--persistent] [--migrate] -- command [argument…]
 *
 * `DATABASE_URL` names the server to use; without it one is started from npm binaries and its URL handed to the
 * command. `--persistent` keeps its data for the next run. `--migrate` brings the schema up to date first.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { constants } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { developmentDirectory, developmentKeys } from "./development-database.ts"
import { startEmbeddedPostgres } from "./embedded-postgres.ts"
import { endLeftovers, findProcess, isRunning, packageRunners } from "./processes.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const { values: flags, positionals: command } = parseArgs({
  options: { persistent: { type: "boolean" }, migrate: { type: "boolean" } },
  allowPositionals: true
})
const [program, ...programArguments] = command
if (program === undefined) {
  console.error("usage: node scripts/with-postgres.ts [--persistent] [--migrate] -- command [argument…]")
  process.exit(2)
}

/** In the environment of everything that is started here, so that it can be found however it was orphaned. */
const markName = "DROVER_SUPERVISED_BY"
const mark = `${markName}=${randomUUID()}`

let running: ChildProcess | undefined
let stopSignal: NodeJS.Signals | undefined
let stoppedAt = 0
let forced = false

const onSignal = (signal: NodeJS.Signals): void => {
  if (stopSignal === undefined) {
    stopSignal = signal
    stoppedAt = Date.now()
    // The terminal sends Ctrl-C to the command as well; being told twice would make it not drain. Otherwise it is
    // told with SIGTERM, since turbo's launcher ignores SIGINT, which it expects from the terminal only.
    const toldByTerminal = signal === "SIGINT" && findProcess(process.pid)?.inForeground === true
    if (!toldByTerminal) running?.kill("SIGTERM")
  } else if (Date.now() - stoppedAt > 500) {
    // Not the same signal arriving again by way of a package runner, but an impatient second one. The command gets
    // a moment to end its own children.
    forced = true
    setTimeout(() => running?.kill("SIGKILL"), 1000).unref()
  }
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal)

// npx passes no signals on: when it, or anything between, is ended alone, that is the signal.
const runners = packageRunners()
setInterval(() => {
  if (stopSignal === undefined && !runners.every(({ identity }) => isRunning(identity))) onSignal("SIGTERM")
}, 1000).unref()

// Whoever read our output may be gone by now; that must not keep us from cleaning up.
process.stdout.on("error", () => {})
process.stderr.on("error", () => {})

const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]

/** The exit code that says which signal ended us, once one has. */
const codeOfStop = (): number | undefined => (stopSignal === undefined ? undefined : codeOf(stopSignal))

const run = async (
  file: string,
  args: ReadonlyArray<string>,
  environment: NodeJS.ProcessEnv,
  onStart: (pid: number) => void
): Promise<number> => {
  const stoppedBefore = codeOfStop()
  if (stoppedBefore !== undefined) return stoppedBefore
  const child = spawn(file, [...args], { stdio: "inherit", env: environment })
  running = child
  if (child.pid !== undefined) onStart(child.pid)
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null]
    return codeOfStop() ?? code ?? codeOf(signal ?? "SIGTERM")
  } catch (error) {
    console.error(`${file} cannot be run:`, error)
    return 127
  } finally {
    running = undefined
    await endLeftovers(mark, 30_000, () => forced)
  }
}

const external = process.env["DATABASE_URL"] || undefined
const directory = developmentDirectory()

const startedAt = performance.now()
const postgres = external === undefined ? await startEmbeddedPostgres(flags.persistent ? { directory } : {}) : undefined
if (postgres !== undefined) {
  const verb = postgres.reused ? "already runs" : `started in ${Math.round(performance.now() - startedAt)} ms`
  console.log(`PostgreSQL ${verb}: ${postgres.url}`)
}

const environment = {
  ...process.env,
  ...(postgres !== undefined && flags.persistent ? developmentKeys(directory, { make: true }) : {}),
  DATABASE_URL: external ?? postgres?.url,
  // Sample data belongs in the database that we keep for development; one that somebody names is theirs.
  DROVER_DEMO: process.env["DROVER_DEMO"] ?? (postgres !== undefined && flags.persistent ? "on" : "off"),
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
  [markName]: mark.slice(markName.length + 1)
}
const guarded = (pid: number) => postgres?.outlive({ pid, mark })

let code = 0
try {
  if (flags.migrate)
    code = await run(process.execPath, [join(root, "apps/migrator/src/main.ts"), "up"], environment, guarded)
  if (code === 0) code = await run(program, programArguments, environment, guarded)
} finally {
  await postgres?.stop()
}
process.exit(code)
