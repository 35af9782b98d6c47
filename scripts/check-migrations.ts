/**
 * Fails when the schema in the code is not the one that the migrations make: `pnpm db:generate` was forgotten.
 *
 * Generates into a copy of the migrations and looks whether that wrote anything. The exit code of drizzle-kit does
 * not tell: it is 0 also when it wanted to ask whether something was renamed, and could not.
 */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import config from "../drizzle.config.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const migrations = join(root, config.out ?? "drizzle")

const filesIn = (folder: string): ReadonlyMap<string, string> => {
  const names = globSync("**/*.{sql,json}", { cwd: folder }).toSorted()
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]))
}

/** What is wrong, in the words of whoever has to mend it. */
const findDrift = (copy: string): string | undefined => {
  if (existsSync(migrations)) cpSync(migrations, copy, { recursive: true })
  const before = filesIn(copy)

  // drizzle-kit takes either a configuration or flags, and reads both paths from the current folder.
  const copyConfig = join(copy, "drizzle.config.json")
  writeFileSync(copyConfig, JSON.stringify({ ...config, out: relative(root, copy) }))
  const kit = spawnSync("drizzle-kit", ["generate", `--config=${relative(root, copyConfig)}`, "--name=drift"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "pipe"]
  })
  rmSync(copyConfig)
  const said = stripVTControlCharacters(`${kit.stdout}${kit.stderr}`).trim()

  if (kit.error !== undefined || kit.status !== 0) return `drizzle-kit generate failed:\n${kit.error ?? said}`
  if (said.includes("Interactive prompts require a TTY")) {
    return `The schema has changed in a way that drizzle-kit asks about: run pnpm db:generate in a terminal.\n${said}`
  }
  const written = [...filesIn(copy)].filter(([name, content]) => before.get(name) !== content)
  if (written.length > 0) {
    const sql = written.filter(([name]) => name.endsWith(".sql")).map(([, content]) => content)
    return ["The migrations lack what is in the schema: run pnpm db:generate.", ...sql].join("\n")
  }
  if (!said.includes("No schema changes")) return `drizzle-kit generate did not say that all is well:\n${said}`
  return undefined
}

// Inside the checkout, since drizzle-kit mistakes a path that starts with a slash for one below the current folder.
const copy = mkdtempSync(join(root, "node_modules/.migrations-"))
try {
  const drift = findDrift(copy)
  if (drift === undefined) console.log("The migrations match the schema")
  else {
    console.error(drift)
    process.exitCode = 1
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
