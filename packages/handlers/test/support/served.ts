/** The forge, served to the real git client. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Redacted } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  createRepository,
  createToken,
  createUser,
  HookAddress,
  registerRepository,
  type Repository,
  setRole
} from "../../src/index.ts"
import { gitHttp } from "../../src/gitHttp/index.ts"
import type { Role } from "../../src/schema/users.ts"
import { forge } from "../support.ts"

const addressOf = Effect.map(HttpServer.HttpServer, ({ address }) =>
  "port" in address ? `http://127.0.0.1:${address.port}` : ""
)

/** On a port of its own, and where hooks find it. */
export const served = () =>
  HttpRouter.serve(gitHttp, { disableLogger: true }).pipe(
    Layer.provideMerge(Layer.effect(HookAddress, addressOf)),
    Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
    Layer.provideMerge(forge())
  )

/** An empty folder that goes away with the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "drover-push-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export interface Ran {
  readonly code: number
  readonly output: string
}

/** The git client of somebody, with nothing of this host's settings. Interrupting it kills all of it. */
export const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  Effect.callback<Ran>((resume) => {
    const child = spawn("git", args, { cwd, env: surroundings, detached: true, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()))
    }
    child.on("close", (code) => resume(Effect.succeed({ code: code ?? -1, output })))
    return Effect.sync(() => process.kill(-child.pid!, "SIGKILL"))
  })

const surroundings = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@drover.invalid",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@drover.invalid"
}

/** What git says; dies when it fails. */
export const ok = (cwd: string, ...args: ReadonlyArray<string>) =>
  Effect.flatMap(git(cwd, ...args), ({ code, output }) =>
    code === 0 ? Effect.succeed(output.trimEnd()) : Effect.die(new Error(`git ${args.join(" ")}: ${output}`))
  )

let counter = 0

/** Somebody with a role in a repository, and the address that they push to. */
export const member = Effect.fnUntraced(function* (
  repository: Repository,
  role: Role | null,
  { tokenRole = "admin" }: { readonly tokenRole?: Role } = {}
) {
  const user = yield* createUser({ login: `user-${counter++}` })
  if (role !== null) yield* setRole({ repositoryId: repository.id, userId: user.id, role })
  const token = yield* createToken({ userId: user.id, name: "laptop", role: tokenRole })
  return { id: user.id, login: user.login, url: yield* urlOf(repository.name, Redacted.value(token)), token }
})

export const urlOf = Effect.fnUntraced(function* (name: string, token?: string) {
  const address = yield* addressOf
  return `${token === undefined ? address : address.replace("//", `//x:${token}@`)}/${name}.git`
})

/** A new, empty repository that Drover made. */
export const emptyRepository = Effect.fnUntraced(function* (
  options: Partial<Parameters<typeof createRepository>[0]> = {}
) {
  return yield* createRepository({ name: `acme/served-${counter++}`, root: yield* folder, ...options })
})

/** A work tree with one commit on `main`, and `origin` at the address. */
export const workTree = Effect.fnUntraced(function* (url: string) {
  const path = yield* folder
  yield* ok(path, "init", "--quiet", "--initial-branch=main")
  yield* ok(path, "remote", "add", "origin", url)
  yield* commit(path, "a.txt", "one\n")
  return path
})

/** Commits one file on the branch that is checked out. */
export const commit = Effect.fnUntraced(function* (path: string, file: string, content: string) {
  writeFileSync(join(path, file), content)
  yield* ok(path, "add", "--all")
  yield* ok(path, "commit", "--quiet", "--message", `Write ${file}`)
  return yield* ok(path, "rev-parse", "HEAD")
})

/** A hook of the repository's own that stands still: until it was reached, and until it may go on. */
export const stillHook = Effect.fnUntraced(function* (repository: Repository, name: string, when = "true") {
  const latch = yield* folder
  const hook = `${repository.path}/hooks/${name}`
  mkdirSync(`${repository.path}/hooks`, { recursive: true })
  const wait = `touch '${latch}/reached'; while [ -d '${latch}' ] && [ ! -e '${latch}/go' ]; do sleep 0.02; done`
  writeFileSync(hook, `#!/bin/sh\nif ${when}; then ${wait}; fi\n`, { mode: 0o755 })
  yield* registerRepository({ name: repository.name, path: repository.path })
  return {
    reached: Effect.sync(() => existsSync(`${latch}/reached`)).pipe(
      Effect.tap(Effect.sleep("5 millis")),
      Effect.repeat({ until: (there) => there })
    ),
    go: Effect.sync(() => writeFileSync(`${latch}/go`, ""))
  }
})
