/**
 * Looks at other processes: who they are, who started them, whether they still run.
 */
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
  /** `pid-startTime`: a later process that is given the same number has another identity. */
  readonly identity: string
  /** Its process group is the one that the terminal's Ctrl-C goes to. */
  readonly inForeground: boolean
}

const fromProc = (pid: number): Process | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  // The name in brackets may itself contain spaces and brackets: count from the last one.
  const [state, parent, group, , , foreground, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  if (state === "Z") return undefined
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()
  return { pid, parent: Number(parent), command, identity: `${pid}-${rest[13]}`, inForeground: group === foreground }
}

const fromPs = (pid: number): Process | undefined => {
  const columns = ["state=", "ppid=", "lstart=", "command="].flatMap((column) => ["-o", column])
  const line = execFileSync("ps", [...columns, "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" }
  })
  const match = /^\s*(\S+)\s+(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/m.exec(line)
  if (match === null) return undefined
  const [, state = "", parent, started = "", command = ""] = match
  if (state.startsWith("Z")) return undefined
  return {
    pid,
    parent: Number(parent),
    command,
    identity: `${pid}-${Date.parse(started)}`,
    inForeground: state.includes("+")
  }
}

/** The process with this number, if it runs. One that has ended and waits to be collected does not run. */
export const findProcess = (pid: number): Process | undefined => {
  try {
    return process.platform === "linux" ? fromProc(pid) : fromPs(pid)
  } catch {
    return undefined
  }
}

/** Whether the process that had this identity still runs. */
export const isRunning = (identity: string): boolean => findProcess(Number.parseInt(identity))?.identity === identity

export const ownIdentity = (): string => {
  const self = findProcess(process.pid)
  if (self === undefined) throw new Error("Cannot look at processes: neither /proc nor ps works here")
  return self.identity
}

/**
 * The package runners (npx, npm, pnpm and the shells between them) that started this process, nearest first.
 * It ends below the shell or program that called the outermost of them, which may well outlive or predate the work.
 */
export const packageRunners = (): ReadonlyArray<Process> => {
  const ancestors: Array<Process> = []
  let last = 0
  for (let next = findProcess(process.ppid); next !== undefined && next.pid > 1; next = findProcess(next.parent)) {
    ancestors.push(next)
    if (/^(\S*node\s+)?(\S*\/)?(npx|npm|pnpm)\b/.test(next.command)) last = ancestors.length
  }
  return ancestors.slice(0, last)
}

/**
 * The processes whose environment has `entry` (`NAME=value`), which finds descendants even when those between have
 * died. Linux only: elsewhere it finds none.
 */
const withEnvironment = (entry: string): ReadonlyArray<Process> => {
  if (process.platform !== "linux") return []
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(entry)
      } catch {
        return false // another user's, or gone meanwhile
      }
    })
    .flatMap((name) => findProcess(Number(name)) ?? [])
}

export const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended already.
  }
}

/** Waits until none of the processes runs; answers whether that was so in time. */
export const waitForEnd = async (identities: ReadonlyArray<string>, timeoutMillis: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMillis
  while (identities.some(isRunning)) {
    if (Date.now() > deadline) return false
    await sleep(50)
  }
  return true
}

/**
 * Ends what a command left running: asks first, then forces. `entry` is what marks its environment.
 *
 * Only those are asked that have no parent among them: the others hear of it from their parent, and a program that is
 * told twice may take that for impatience and not finish its work.
 */
export const endLeftovers = async (
  entry: string,
  graceMillis: number,
  isForced: () => boolean = () => false
): Promise<void> => {
  const deadline = Date.now() + graceMillis
  const asked = new Set<string>()
  for (let left = withEnvironment(entry); left.length > 0; left = withEnvironment(entry)) {
    const inTime = Date.now() < deadline && !isForced()
    if (Date.now() > deadline + 5000) return
    for (const { pid, parent, identity } of left) {
      if (!inTime) sendSignal(pid, "SIGKILL")
      else if (!asked.has(identity) && !left.some((other) => other.pid === parent)) {
        asked.add(identity)
        sendSignal(pid, "SIGTERM")
      }
    }
    await sleep(50)
  }
}
