/** The `drover` command on a database of its own: as a process, or, a good deal sooner, the program that it runs. */
import { Database, JobQueue } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { Git } from "@drover/git"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, ManagedRuntime, References, type Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, inject } from "vitest"
import { endCode } from "../src/errors/endCode.ts"
import { program } from "../src/program.ts"
import { type Source, Surroundings } from "../src/Surroundings.ts"

const main = fileURLToPath(new URL("../bin/drover.ts", import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Nothing of the surroundings that changes the output. */
const plain: Environment = { FORCE_COLOR: undefined, NO_COLOR: undefined, DATABASE_URL: undefined }

export const startDrover = (
  args: ReadonlyArray<string>,
  environment: Environment = {},
  stdin: "ignore" | "pipe" = "ignore"
): ChildProcess =>
  spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...plain, ...environment },
    stdio: [stdin, "pipe", "pipe"]
  })

/** The command as a process. */
export const spawnDrover = async (args: ReadonlyArray<string>, environment: Environment = {}): Promise<Ended> => {
  const child = startDrover(args, environment)
  const output = { stdout: "", stderr: "" }
  child.stdout?.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()))
  const [code, signal] = (await once(child, "close")) as [number | null, string | null]
  if (code === null) throw new Error(`drover ${args.join(" ")} was ended by ${signal}:\n${output.stderr}`)
  return { code, ...output }
}

export interface Terminal {
  readonly columns: number
}

/** The program of the command in this process. */
export const runDrover = async (
  args: ReadonlyArray<string>,
  environment: Environment = {},
  terminal?: Terminal,
  input: string | Source = ""
): Promise<Ended> => {
  const output = { stdout: "", stderr: "" }
  const sink = (name: "stdout" | "stderr") => ({
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
    write: (text: string, done: () => void) => {
      output[name] += text
      done()
    }
  })
  const stdin = typeof input === "string" ? Readable.from([Buffer.from(input)]) : input
  const surroundings = { args, environment, stdin, stdout: sink("stdout"), stderr: sink("stderr") }
  const exit = await Effect.runPromiseExit(Effect.provideService(program, Surroundings, surroundings))
  return { code: endCode(exit), ...output }
}

type Services = Database | JobQueue | Git | NodeServices.NodeServices

/** A migrated database for the tests of a block, and ways to work on it. */
export const forge = () => {
  const database = TestDatabase.layer({ adminUrl: inject("postgresUrl"), template: inject("templateDatabase") })
  const services = Layer.mergeAll(JobQueue.layer, Git.layer()).pipe(
    Layer.provideMerge(database),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None"))
  )
  const runtime = ManagedRuntime.make(services)
  let url = ""
  beforeAll(async () => {
    url = await runtime.runPromise(TestDatabase.use((found) => Effect.succeed(found.url)))
  })
  afterAll(() => runtime.dispose())

  const drover = (...args: ReadonlyArray<string>) => runDrover(args, { DATABASE_URL: url })
  return {
    url: () => url,
    /** Sets the scene, or looks behind it. */
    run: <A, E>(effect: Effect.Effect<A, E, Services | Scope.Scope>): Promise<A> =>
      runtime.runPromise(Effect.scoped(effect)),
    drover,
    /** What a command that succeeds prints for people. */
    text: async (...args: ReadonlyArray<string>): Promise<string> => succeeded(args, await drover(...args)).stdout,
    /** What it prints for programs. */
    json: async (...args: ReadonlyArray<string>): Promise<unknown> =>
      JSON.parse(succeeded(args, await drover(...args, "--json")).stdout)
  }
}

const succeeded = (args: ReadonlyArray<string>, ended: Ended): Ended => {
  if (ended.code !== 0) throw new Error(`drover ${args.join(" ")} ended with ${ended.code}:\n${ended.stderr}`)
  return ended
}
