/** The worker as a process of its own, on a database of its own. */
import { Database } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { sql } from "drizzle-orm"
import { Context, Effect, Layer, Redacted } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import { inject, onTestFinished } from "vitest"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

export interface RunningWorker {
  readonly process: ChildProcess
  readonly url: (path: string) => string
  /** Everything it printed so far. */
  readonly output: () => string
  /** Resolves once the output matches. Rejects when the process ends before. */
  readonly printed: (pattern: RegExp) => Promise<void>
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>
}

export const startWorker = async (environment: Record<string, string | undefined>): Promise<RunningWorker> => {
  const port = await freePort()
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: String(port), DROVER_DEMO: "off", ...environment },
    stdio: ["ignore", "pipe", "pipe"]
  })
  onTestFinished(() => void child.kill("SIGKILL")) // a test that fails must not leave it behind
  let output = ""
  const listeners = new Set<() => void>()
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
    for (const listener of listeners) listener()
  }
  child.stdout.on("data", collect)
  child.stderr.on("data", collect)
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string)
  return {
    process: child,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(output)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void ended.then((code) =>
          reject(new Error(`the worker ended with ${code} before it printed ${pattern}:\n${output}`))
        )
      }),
    ended
  }
}

type Query = (statement: string) => Promise<ReadonlyArray<Record<string, unknown>>>

/** A copy of the migrated template, or of an empty database; and ways to ask it, and the server. */
export const withDatabase = (
  use: (url: string, query: Query, onServer: Query) => Promise<void>,
  template = inject("templateDatabase")
): Promise<void> => {
  const adminUrl = inject("postgresUrl")
  const ask =
    ({ run }: Database["Service"]): Query =>
    (statement) =>
      Effect.runPromise(run((db) => db.execute(sql.raw(statement))))
  return Effect.gen(function* () {
    const { url } = yield* TestDatabase
    const query = ask(yield* Database)
    const onServer = ask(
      yield* Layer.build(Database.layer({ url: Redacted.make(adminUrl) })).pipe(Effect.map(Context.get(Database)))
    )
    yield* Effect.promise(() => use(url, query, onServer))
  }).pipe(Effect.provide(TestDatabase.layer({ adminUrl, template })), Effect.scoped, Effect.runPromise)
}

export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}
