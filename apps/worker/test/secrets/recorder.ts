/** Runs Drover's programs as processes, and keeps everything that they and their children show. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const programs = {
  drover: fileURLToPath(new URL("../../../cli/bin/drover.ts", import.meta.url)),
  migrator: fileURLToPath(new URL("../../../migrator/src/main.ts", import.meta.url)),
  worker: fileURLToPath(new URL("../../src/main.ts", import.meta.url))
}

type Settings = Readonly<Record<string, string>>

export const recorder = (folder: string, settings: Settings) => {
  /** What was shown, by where. */
  const shown: Array<readonly [where: string, text: string]> = []
  const show = (where: string, text: string) => void shown.push([where, text])

  // git is found here first, and says what it was called with
  const calls = join(folder, "git-calls")
  const real = (process.env["PATH"] ?? "")
    .split(":")
    .map((each) => join(each, "git"))
    .find(existsSync)
  writeFileSync(join(folder, "git"), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${calls}'\nexec '${real}' "$@"\n`)
  chmodSync(join(folder, "git"), 0o755)

  const sample = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        show("argv", readFileSync(`/proc/${pid}/cmdline`, "utf8"))
      } catch {
        continue // it has ended
      }
    }
  }

  const start = (program: keyof typeof programs, args: ReadonlyArray<string>, own: Settings, input: string) => {
    const { DATABASE_URL: _theirs, ...inherited } = process.env
    const PATH = `${folder}:${process.env["PATH"]}`
    const child = spawn(process.execPath, [programs[program], ...args], {
      env: { ...inherited, ...settings, ...own, PATH, LOG_LEVEL: "All" },
      stdio: ["pipe", "pipe", "pipe"]
    })
    // one that ends before it reads is none of our business
    child.stdin.on("error", () => {})
    child.stdin.end(input)
    const output = { text: "" }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output.text += chunk.toString()
        show(program, chunk.toString())
      })
    }
    const ended = once(child, "close").then(([code, signal]) => {
      show(program, output.text) // a secret may lie across two chunks
      return (code ?? signal) as number | string
    })
    return { child, output, ended }
  }

  return {
    shown,
    show,
    start,
    run: async (program: keyof typeof programs, args: ReadonlyArray<string>, own: Settings = {}, input = "") => {
      const { ended, output } = start(program, args, own, input)
      const timer = setInterval(sample, 10)
      const code = await ended
      clearInterval(timer)
      return { code, output: output.text }
    },
    gitCalls: () => {
      const text = existsSync(calls) ? readFileSync(calls, "utf8") : ""
      show("git", text)
      return text
    }
  }
}

/** Every way in which a secret could be written. */
export const formsOf = (secret: string): ReadonlyArray<string> => {
  const bytes = Buffer.from(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(secret)
  ]
}
