/**
 * How long jobs wait at a steady rate: half, and four fifths, of what the system can do at most with the same
 * handlers, which take a millisecond. Another process enqueues them.
 */
import { type Bench, inRounds, type Step, type Workload } from "../Bench.ts"
import { burn, verify, whenHandled } from "../burn.ts"
import type { ContestantId } from "../contestants.ts"
import { pause } from "../systems/System.ts"
import { figure } from "../table.ts"

const everybody: ReadonlyArray<ContestantId> = [
  "drover-kept",
  "drover-deleted",
  "graphile-batched",
  "pg-boss",
  "bullmq"
]
const few: ReadonlyArray<ContestantId> = ["drover-kept", "graphile-batched"]

const peakMeasure = "steady peak"
const steadyMeasure = (share: number): string => `steady ${share * 100} %`

/** What is enqueued in this time is not counted: connections, prepared statements, compiled code. */
const warmUpSeconds = 1

const rounds = ({ options, scale }: Bench): number => Math.min(options.rounds, scale.longRounds)

export const steady: Workload = {
  name: "steady",
  steps: (bench) => {
    const list = bench.taking(bench.scale.few ? few : everybody)
    return [
      ...inRounds(rounds(bench), list, (id, round) => peak(bench, id, round)),
      ...bench.scale.steadyShares.flatMap((share) =>
        inRounds(rounds(bench), list, (id, round) => level(bench, share, id, round))
      )
    ]
  },
  report: (bench) => ({
    title: "Steady state",
    intro:
      "Milliseconds from the call that enqueues a job to its handler's first line, with handlers of 1 ms and a " +
      `process that enqueues every 10 ms for ${bench.scale.steadySeconds} s. The peak is a burn-down with the same ` +
      "handlers and no producer, which on a machine with few cores is more than there is beside one.",
    tables: bench.scale.steadyShares.map((share) => ({
      title: `At ${share * 100} % of the peak`,
      head: ["", "peak, jobs/s", "enqueued, jobs/s", "p50", "p95", "p99"],
      rows: bench
        .taking(everybody)
        .filter((id) => bench.samples.has(steadyMeasure(share), id))
        .map((id) => [
          bench.describe(id).label,
          figure(bench.samples.median(peakMeasure, id, "rate")),
          figure(bench.samples.median(steadyMeasure(share), id, "rate")),
          ...["p50", "p95", "p99"].map((value) => figure(bench.samples.median(steadyMeasure(share), id, value), 1))
        ])
    }))
  })
}

const peak = (bench: Bench, id: ContestantId, round: number): Step => {
  const jobs = bench.scale.steadyPeakJobs
  return {
    label: `steady, the peak with 1 ms handlers · ${bench.describe(id).label} · round ${round + 1}`,
    seconds: 2.5 + jobs / 8000,
    run: () =>
      bench.arena(id, jobs, async (arena) => {
        const { withoutStart } = await burn(arena, { jobs, millis: 1 })
        const rate = (jobs / withoutStart) * 1000
        bench.samples.add({ measure: peakMeasure, contestant: id, round, values: { rate } })
        return `${figure(rate)} jobs/s`
      })
  }
}

const level = (bench: Bench, share: number, id: ContestantId, round: number): Step => ({
  label: `steady at ${share * 100} % · ${bench.describe(id).label} · round ${round + 1}`,
  seconds: 2.5 + bench.scale.steadySeconds,
  run: () =>
    bench.arena(id, 0, async (arena) => {
      const rate = share * bench.samples.median(peakMeasure, id, "rate")
      const [worker, producer] = await Promise.all([arena.start(), arena.start()])
      const jobs = Math.floor(rate * bench.scale.steadySeconds)
      const handled = whenHandled([worker], jobs)
      await worker.call("work", { millis: 1, timed: true, target: jobs })
      const produced = await producer.call("produce", { rate, seconds: bench.scale.steadySeconds })
      await handled
      while (!(await arena.inspector.isEmpty())) await pause(10)
      const { p50, p95, p99 } = await worker.call("waits", Math.floor(rate * warmUpSeconds))
      await verify(arena, [await worker.call("stop")], jobs)
      const values = { rate: (produced.sent / produced.millis) * 1000, p50, p95, p99 }
      bench.samples.add({ measure: steadyMeasure(share), contestant: id, round, values })
      return `${figure(values.rate)} jobs/s enqueued; p50 ${figure(p50, 1)} ms, p95 ${figure(p95, 1)}, p99 ${figure(p99, 1)}`
    })
})
