/**
 * Measures Drover beside its peers and the floor, and writes what came out. See README.md.
 */
import { writeFileSync } from "node:fs"
import { endChildren } from "./children.ts"
import { now } from "./clock.ts"
import { makeBench, type RunningBench } from "./makeBench.ts"
import { type Options, readOptions, usage } from "./options.ts"
import { report } from "./report.ts"
import { runSteps } from "./runSteps.ts"
import { workloads } from "./workloads/index.ts"

const say = (line: string): void => console.log(line)

/** Answers whether everything added up. */
const measureAll = async (bench: RunningBench, { only, out, quick }: Options, stop: AbortSignal): Promise<boolean> => {
  const began = now()
  const chosen = workloads.filter(({ name }) => only === undefined || only.includes(name))
  if (quick) say("A quick run: its figures are rough.")
  if (bench.redis === undefined && bench.options.systems.has("bullmq")) say("No redis-server: BullMQ is left out.")
  const steps = chosen.flatMap((workload) => workload.steps(bench))
  const outcome = await runSteps(steps, { budgetSeconds: bench.scale.budgetSeconds, say, stop })
  const text = report(bench, { ...outcome, workloads: chosen, seconds: (now() - began) / 1000 })
  say(`\n${text}\n`)
  if (stop.aborted) say("Interrupted: nothing is written")
  else {
    writeFileSync(out, `${text}\n`)
    say(`Written to ${out}`)
  }
  return outcome.failed.length === 0
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options === "help") return say(usage)
  const bench = await makeBench(options)
  // a child that is gone fails the step that waits for it; what was measured is still reported, and all put away
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      stop.abort()
      endChildren()
    })
  }
  try {
    if (!(await measureAll(bench, options, stop.signal))) process.exitCode = 1
  } finally {
    endChildren()
    await bench.stop()
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
