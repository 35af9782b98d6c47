/**
 * The program that the hooks of a repository run, in the repository's folder, for what a shell cannot do. It starts at
 * every push, so it imports little.
 *
 * `refuse <role>`: reads the moves that a push asks for; fails, and says why, where a protection forbids one.
 * `tell <address>`: reads the moves that a push made, and tells the worker. It never fails: what it cannot tell is found by
 * the sweep.
 */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { request } from "node:http"
import { parseMoves } from "../parseMoves.ts"
import { type PushRules, refusal } from "../refusal.ts"
import type { RefMove } from "../RefMove.ts"

/** How long a push waits to be recorded. */
const PATIENCE_MILLIS = 10_000

const isForced = ({ after, before }: RefMove): boolean =>
  before !== null &&
  after !== null &&
  spawnSync("git", ["merge-base", "--is-ancestor", before, after], { stdio: "ignore" }).status !== 0

const refuse = (lines: string, role: string): void => {
  const protections = JSON.parse(readFileSync("drover/protections.json", "utf8")) as ReadonlyArray<PushRules>
  for (const move of parseMoves(lines)) {
    const asked = { ref: move.ref, deleted: move.after === null, forced: isForced(move) }
    const reason = refusal(asked, protections, role === "admin")
    if (reason === undefined) continue
    process.stderr.write(`Drover: ${reason}\n`)
    process.exitCode = 1
  }
}

const tell = (lines: string, address: string): void => {
  const headers = {
    authorization: `Bearer ${readFileSync("drover/secret", "utf8").trim()}`,
    "content-type": "text/plain",
    "content-length": Buffer.byteLength(lines)
  }
  const asked = request(address, { method: "POST", headers, timeout: PATIENCE_MILLIS }, (answer) => answer.resume())
  asked.on("timeout", () => asked.destroy())
  asked.on("error", () => {})
  asked.end(lines)
}

const [mode, argument = ""] = process.argv.slice(2)
const lines = readFileSync(0, "utf8")
if (mode === "refuse") refuse(lines, argument)
else {
  try {
    tell(lines, argument)
  } catch {
    // the push is done, and stays done
  }
}
