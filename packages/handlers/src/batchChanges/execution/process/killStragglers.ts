/**
 * Kills what a step started and left its process group, such as daemons: everything that has the step's mark in its
 * environment. Where there is no /proc, only the process group is killed, by whoever started it.
 */
import { Effect } from "effect"
import { readdir, readFile } from "node:fs/promises"

/** What is being started while others are killed is found by the next round. */
const ROUNDS = 10

export const killStragglers = (mark: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let round = 0; round < ROUNDS; round++) {
      const found = yield* Effect.promise(() => pidsWith(Buffer.from(mark)))
      if (found.length === 0) return
      for (const pid of found) kill(pid)
    }
  })

const pidsWith = async (mark: Buffer): Promise<ReadonlyArray<number>> => {
  const names = await readdir("/proc").catch(() => [])
  const pids = names.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1)
  const environments = await Promise.all(
    // of those of other users, and of zombies, nothing is read
    pids.map((pid) => readFile(`/proc/${pid}/environ`).catch(() => Buffer.alloc(0)))
  )
  return pids.filter((_, index) => environments[index]!.includes(mark))
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL")
  } catch {
    // it has ended meanwhile
  }
}
