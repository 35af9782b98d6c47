/**
 * Ends what a process leaves behind that died without a word: its commands first, then its database.
 *
 * Standard input is a pipe from that process. It sends a line `<pid> <mark>` for each command to end, and kills the
 * guard when it has cleaned up by itself. So the end of the input means that it no longer can.
 */
import { createInterface } from "node:readline"
import { stopUnlessOwned } from "./embedded-postgres.ts"
import { endLeftovers, findProcess, sendSignal, waitForEnd } from "./processes.ts"

const directory = process.argv[2]
if (directory === undefined) throw new Error("usage: node scripts/embedded-postgres-guard.ts <directory>")

const drainMillis = 60_000
const commands: Array<{ readonly identity: string; readonly pid: number; readonly mark: string }> = []

for await (const line of createInterface({ input: process.stdin })) {
  const [pid, mark = ""] = line.split(" ")
  const found = findProcess(Number(pid))
  if (found !== undefined) commands.push({ identity: found.identity, pid: found.pid, mark })
}

for (const { pid } of commands) sendSignal(pid, "SIGTERM")
await waitForEnd(
  commands.map(({ identity }) => identity),
  drainMillis
)
for (const { mark } of commands) await endLeftovers(mark, 5_000)
await stopUnlessOwned(directory)
