/**
 * How soon a job starts when its worker has nothing else to do, enqueued in the worker's own process.
 */
import { inRounds, type Workload } from "../Bench.ts"
import type { ContestantId } from "../contestants.ts"
import { percentile } from "../statistics.ts"
import { figure } from "../table.ts"

export const latencyMeasure = "latency"

const list: ReadonlyArray<ContestantId> = ["drover-kept", "graphile", "graphile-batched", "pg-boss", "bullmq"]

export const latency: Workload = {
  name: "latency",
  steps: (bench) => {
    const samples = bench.scale.latencySamples
    return inRounds(bench.options.rounds, bench.taking(list), (id, round) => ({
      label: `latency when idle · ${bench.describe(id).label} · round ${round + 1}`,
      seconds: 2.5 + samples * 0.022,
      run: () =>
        bench.arena(id, 0, async (arena) => {
          const child = await arena.start()
          const { jobs, millis } = await child.call("latency", samples)
          const { finished, running, waiting } = await arena.inspector.counts()
          if (waiting + running > 0 || (arena.keeps && finished !== jobs)) {
            throw new Error(`${id}: of ${jobs} jobs ${waiting} wait, ${running} run, ${finished} are finished`)
          }
          const values = {
            p50: percentile(millis, 0.5),
            p95: percentile(millis, 0.95),
            p99: percentile(millis, 0.99)
          }
          bench.samples.add({ measure: latencyMeasure, contestant: id, round, values })
          return `p50 ${figure(values.p50, 1)} ms, p95 ${figure(values.p95, 1)}, p99 ${figure(values.p99, 1)}`
        })
    }))
  },
  report: ({ describe, samples, scale, taking }) => ({
    title: "Latency when idle",
    intro:
      `Milliseconds from the call that enqueues a job to its handler's first line: ${scale.latencySamples} jobs a ` +
      "round, each once the one before is done. All are woken by a notification. Medians over the rounds.",
    tables: [
      {
        head: ["", "p50", "p95", "p99"],
        rows: taking(list)
          .filter((id) => samples.has(latencyMeasure, id))
          .map((id) => [
            describe(id).label,
            ...["p50", "p95", "p99"].map((value) => figure(samples.median(latencyMeasure, id, value), 1))
          ])
      }
    ]
  })
}
