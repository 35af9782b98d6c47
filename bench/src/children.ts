/**
 * Starts child processes, one system in each, and asks them to do things.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { ChildCommands, Progress } from "./childCommands.ts"
import { contestant, type ContestantId } from "./contestants.ts"
import type { Request, Response } from "./messages.ts"
import type { Servers } from "./systems/System.ts"

type Answer<Command extends keyof ChildCommands> = Awaited<ReturnType<ChildCommands[Command]>>

export interface Child {
  readonly call: <Command extends keyof ChildCommands>(
    command: Command,
    ...args: Parameters<ChildCommands[Command]>
  ) => Promise<Answer<Command>>
  /** What a working child said last. */
  readonly progress: () => Progress | undefined
  /** Called with each progress. */
  onProgress: (() => void) | undefined
  /** Called when its process ends before its time. */
  onEnd: ((error: Error) => void) | undefined
  /** Closes the system and ends the process. */
  readonly end: () => Promise<void>
}

export interface ChildOptions {
  readonly contestant: ContestantId
  readonly servers: Servers
  /** Where drover's children leave a CPU profile each. */
  readonly profile?: string | undefined
}

const entry = fileURLToPath(new URL("child.ts", import.meta.url))
const running = new Set<ChildProcess>()

/** Ends whatever still runs, when the bench fails or is interrupted. */
export const endChildren = (): void => {
  for (const process of running) process.kill("SIGKILL")
}

/** Answers once its system is loaded and open. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { family, label } = contestant(options.contestant)
  const profiled = options.profile !== undefined && family === "drover"
  const process = fork(entry, [options.contestant, JSON.stringify(options.servers)], {
    execArgv: profiled ? ["--cpu-prof", `--cpu-prof-dir=${options.profile}`] : []
  })
  running.add(process)
  process.once("exit", () => running.delete(process))

  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const ready = Promise.withResolvers<void>()
  let last: Progress | undefined
  let requests = 0

  process.on("message", ({ error, id, progress, ready: isReady, result }: Response) => {
    if (isReady) ready.resolve()
    if (progress !== undefined) {
      last = progress
      child.onProgress?.()
    }
    if (id === undefined) return
    const answer = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) answer?.resolve(result)
    else answer?.reject(new Error(`${label}: ${error}`))
  })
  process.once("exit", (code, signal) => {
    const gone = new Error(`${label}: its process ended with ${signal ?? code}`)
    ready.reject(gone)
    for (const { reject } of waiting.values()) reject(gone)
    child.onEnd?.(gone)
  })

  const child: Child = {
    call: <Command extends keyof ChildCommands>(command: Command, ...args: Parameters<ChildCommands[Command]>) => {
      const id = requests++
      const answer = Promise.withResolvers<unknown>()
      waiting.set(id, answer)
      process.send({ id, command, args } satisfies Request, (error) => {
        if (error !== null) answer.reject(new Error(`${label}: its process is gone`, { cause: error }))
      })
      return answer.promise as Promise<Answer<Command>>
    },
    progress: () => last,
    onProgress: undefined,
    onEnd: undefined,
    end: async () => {
      if (!process.connected) return // it ended before its time, which has failed whoever waited for it
      await child.call("close")
      child.onEnd = undefined
      const exited = once(process, "exit")
      process.disconnect() // it then exits by itself, and writes its profile
      await exited
    }
  }
  await ready.promise
  return child
}
