/**
 * A burn-down by one, two and four worker processes.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import { burn } from "../burn.ts"
import type { ContestantId } from "../contestants.ts"
import { figure } from "../table.ts"

const everybody: ReadonlyArray<ContestantId> = [
  "floor-kept",
  "drover-kept",
  "drover-deleted",
  "graphile-batched",
  "pg-boss",
  "bullmq"
]
const few: ReadonlyArray<ContestantId> = ["drover-kept", "graphile-batched"]

const scalingMeasure = (processes: number): string => `scaling ${processes}`

export const scaling: Workload = {
  name: "scaling",
  steps: (bench) =>
    bench.scale.processes.flatMap((processes) =>
      inRounds(
        Math.min(bench.options.rounds, bench.scale.longRounds),
        bench.taking(bench.scale.few ? few : everybody),
        (id, round) => ({
          label: `${processes} worker processes · ${bench.describe(id).label} · round ${round + 1}`,
          seconds: 3 + bench.scale.scalingJobs / 20_000,
          run: () => measure(bench, processes, id, round)
        })
      )
    ),
  report: ({ describe, samples, scale, taking }) => ({
    title: "Worker processes",
    intro: `Jobs a second in a burn-down of ${figure(scale.scalingJobs)} by several worker processes on this one machine.`,
    tables: [
      {
        head: ["", ...scale.processes.map((processes) => (processes === 1 ? "1 process" : `${processes} processes`))],
        rows: taking(everybody)
          .filter((id) => samples.has(scalingMeasure(1), id))
          .map((id) => [
            describe(id).label,
            ...scale.processes.map((processes) => figure(samples.median(scalingMeasure(processes), id, "rate")))
          ])
      }
    ]
  })
}

const measure = (bench: Bench, processes: number, id: ContestantId, round: number): Promise<string> => {
  const jobs = bench.scale.scalingJobs
  return bench.arena(id, jobs, async (arena) => {
    const { withoutStart } = await burn(arena, { jobs, processes })
    const rate = (jobs / withoutStart) * 1000
    bench.samples.add({ measure: scalingMeasure(processes), contestant: id, round, values: { rate } })
    return `${figure(rate)} jobs/s`
  })
}
