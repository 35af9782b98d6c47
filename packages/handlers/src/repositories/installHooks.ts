/**
 * Gives a repository on the disk what Drover needs in it: hooks, settings and a secret, in a folder `drover` of its own. Doing
 * it again changes only what is not as it should be.
 */
import { type Git, type GitRunError, readConfig, writeConfig } from "@drover/git"
import { Effect, FileSystem, type PlatformError } from "effect"
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { keepFile } from "./files.ts"
import { HookAddress, hookPath } from "./HookAddress.ts"
import { hookScripts } from "./hookScripts.ts"

/** Beside this file, in the sources as in what is built of them. */
const program = fileURLToPath(
  new URL(`../pushes/hook/run.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url)
)

/** What else a push can run, where a repository has it. */
const passedOn = ["update", "post-update", "reference-transaction", "proc-receive"]

export const installHooks = Effect.fn("Repositories.installHooks")(function* (repository: {
  readonly id: number
  readonly path: string
}): Effect.fn.Return<void, GitRunError | PlatformError.PlatformError, Git | FileSystem.FileSystem> {
  const fileSystem = yield* FileSystem.FileSystem
  const folder = `${repository.path}/drover`
  yield* fileSystem.makeDirectory(`${folder}/hooks`, { recursive: true })
  yield* keepSecret(`${folder}/secret`)

  const own = (yield* readConfig(repository.path, "core.hooksPath")).at(-1) ?? "hooks"
  const ownPath = own.startsWith("/") ? own : `${repository.path}/${own}`
  const scripts = hookScripts({
    node: process.execPath,
    program,
    address: `${yield* HookAddress}${hookPath(repository.id)}`,
    own: ownPath,
    others: yield* Effect.filter(passedOn, (name) => isProgram(`${ownPath}/${name}`))
  })
  yield* Effect.forEach(scripts, ([name, script]) => keepFile(`${folder}/hooks/${name}`, script, 0o755), {
    discard: true
  })
  for (const name of passedOn) {
    if (!scripts.has(name)) yield* fileSystem.remove(`${folder}/hooks/${name}`, { force: true })
  }

  yield* keepFile(`${folder}/config`, settings(`${folder}/hooks`), 0o644)
  yield* writeConfig(repository.path, "include.path", "drover/config")
})

/** Only whoever may write to the repository's folder may tell of its pushes. */
const keepSecret = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  if (yield* fileSystem.exists(path)) return
  yield* keepFile(path, `${randomBytes(32).toString("base64url")}\n`, 0o600)
})

const isProgram = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const found = yield* Effect.orElseSucceed(fileSystem.stat(path), () => undefined)
  return found !== undefined && found.type === "File" && (found.mode & 0o111) !== 0
})

/** Partial clones are allowed. */
const settings = (hooks: string): string =>
  `[core]\n\thooksPath = ${JSON.stringify(hooks)}\n[uploadpack]\n\tallowFilter = true\n`
