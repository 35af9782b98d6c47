/**
 * How long a stop takes under load, and whether it leaves everything in order.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import { whenHandled } from "../burn.ts"
import type { ContestantId } from "../contestants.ts"
import { figure } from "../table.ts"

const list: ReadonlyArray<ContestantId> = ["drover-kept", "drover-deleted", "graphile-batched", "pg-boss", "bullmq"]
const few: ReadonlyArray<ContestantId> = ["drover-kept", "graphile-batched"]
const drainMeasure = "drain"

export const drain: Workload = {
  name: "drain",
  steps: (bench) =>
    inRounds(
      Math.min(bench.options.rounds, bench.scale.longRounds),
      bench.taking(bench.scale.few ? few : list),
      (id, round) => ({
        label: `stop under load · ${bench.describe(id).label} · round ${round + 1}`,
        seconds: 5,
        run: () => measure(bench, id, round)
      })
    ),
  report: ({ describe, samples, taking }) => ({
    title: "Stop under load",
    intro:
      "Milliseconds from the call that stops a worker in the midst of a burn-down, with handlers of 1 ms, until it " +
      "has ended; and how many waiting jobs it leaves with one of their tries used up, though they never ran.",
    tables: [
      {
        head: ["", "ms", "tries used up for nothing"],
        rows: taking(list)
          .filter((id) => samples.has(drainMeasure, id))
          .map((id) => [
            describe(id).label,
            figure(samples.median(drainMeasure, id, "millis"), 1),
            figure(samples.median(drainMeasure, id, "spent"))
          ])
      }
    ]
  })
}

const measure = (bench: Bench, id: ContestantId, round: number): Promise<string> => {
  const jobs = bench.scale.drainJobs
  return bench.arena(id, jobs, async (arena) => {
    const worker = await arena.start()
    const underWay = whenHandled([worker], Math.floor(jobs / 10))
    await worker.call("work", { millis: 1 })
    await underWay
    const { handled, millis, repeated } = await worker.call("stop")
    const { finished, running, spent = NaN, waiting } = await arena.inspector.counts()
    if (running > 0 || repeated > 0 || waiting !== jobs - handled || (arena.keeps && finished !== handled)) {
      throw new Error(
        `${id}: of ${jobs} jobs ${handled} were handled (${repeated} again), after the stop ` +
          `${waiting} wait, ${running} run, ${finished} are finished`
      )
    }
    if (handled === jobs) throw new Error(`${id}: all jobs were done before the stop`)
    bench.samples.add({ measure: drainMeasure, contestant: id, round, values: { millis, spent } })
    return `${figure(millis, 1)} ms, ${figure(handled)} of ${figure(jobs)} jobs done, ${figure(spent)} tries used up for nothing`
  })
}
