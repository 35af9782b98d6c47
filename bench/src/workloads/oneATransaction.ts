/**
 * Each job in a transaction of its own, which the handler's writes would join, beside a queue that cannot do that.
 */
import { inRounds, type Workload } from "../Bench.ts"
import { burn } from "../burn.ts"
import { figure, times } from "../table.ts"

export const oneATransactionMeasure = "one a transaction"

const list = ["drover-one", "graphile"] as const

export const oneATransaction: Workload = {
  name: "one-a-transaction",
  steps: (bench) => {
    const jobs = bench.scale.oneATransaction
    return inRounds(bench.options.rounds, bench.taking(list), (id, round) => ({
      label: `one a transaction, ${figure(jobs)} · ${bench.describe(id).label} · round ${round + 1}`,
      seconds: 2 + jobs / 2000,
      run: () =>
        bench.arena(id, jobs, async (arena) => {
          const { withStart, withoutStart } = await burn(arena, { jobs })
          const values = { rate: (jobs / withoutStart) * 1000, rateWithStart: (jobs / withStart) * 1000 }
          bench.samples.add({ measure: oneATransactionMeasure, contestant: id, round, values })
          return `${figure(values.rate)} jobs/s`
        })
    }))
  },
  report: ({ describe, samples, scale, taking }) => ({
    title: "One job a transaction",
    intro:
      "Jobs a second, with handlers that do nothing. Drover locks each job, runs its handler and completes it in one " +
      "transaction; graphile-worker runs without batching.",
    tables: [
      {
        title: `${figure(scale.oneATransaction)} jobs`,
        head: ["", "jobs/s", "with start-up", "× graphile-worker", "rows", "fenced"],
        rows: taking(list)
          .filter((id) => samples.has(oneATransactionMeasure, id))
          .map((id) => [
            describe(id).label,
            figure(samples.median(oneATransactionMeasure, id, "rate")),
            figure(samples.median(oneATransactionMeasure, id, "rateWithStart")),
            times(samples.ratio(oneATransactionMeasure, id, "graphile", "rate")),
            describe(id).finished,
            describe(id).fenced
          ])
      }
    ]
  })
}
