/**
 * How fast a worker handles jobs that do nothing and are all enqueued already.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import { burn } from "../burn.ts"
import type { ContestantId } from "../contestants.ts"
import { figure, type Table, times } from "../table.ts"

interface Variant {
  readonly title: string
  readonly floor: ContestantId
  readonly list: ReadonlyArray<ContestantId>
}

/** graphile-worker batched stands beside each, and so do those that have one way only. */
const others = ["graphile-batched", "pg-boss", "bullmq"] as const

export const variants: ReadonlyArray<Variant> = [
  { title: "lease, rows kept", floor: "floor-kept", list: ["floor-kept", "drover-kept", ...others] },
  { title: "lease, rows deleted", floor: "floor-deleted", list: ["floor-deleted", "drover-deleted", ...others] },
  {
    title: "transactional batches, rows kept",
    floor: "floor-transaction",
    list: ["floor-transaction", "drover-transaction", ...others]
  },
  {
    title: "transactional batches, rows deleted",
    floor: "floor-transaction-deleted",
    list: ["floor-transaction-deleted", "drover-transaction-deleted", ...others]
  }
]

const everybody = [...new Set(variants.flatMap(({ list }) => list))]

/** Without the last variant, which no target is about. */
const few = [...new Set(variants.slice(0, -1).flatMap(({ list }) => list))]

export const burnDownMeasure = (jobs: number): string => `burn-down ${jobs}`

/** A guess for the progress line, in jobs a second. */
const guess = (id: ContestantId): number => (id === "pg-boss" ? 4_000 : id.startsWith("floor") ? 50_000 : 15_000)

export const burnDown: Workload = {
  name: "burn-down",
  steps: (bench) =>
    bench.scale.burnDown.flatMap((jobs) =>
      inRounds(bench.options.rounds, bench.taking(bench.scale.few ? few : everybody), (id, round) => ({
        label: `burn-down of ${figure(jobs)} · ${bench.describe(id).label} · round ${round + 1}`,
        seconds: 2.5 + jobs / guess(id),
        run: () => measure(bench, id, jobs, round)
      }))
    ),
  report: (bench) => ({
    title: "Burn-down",
    intro:
      "Jobs a second, with handlers that do nothing, from the first handler's first line until the last job is done " +
      "and written; and the same from the call that starts the worker. One worker process each.",
    tables: bench.scale.burnDown
      .flatMap((jobs) => variants.map((variant) => tableOf(bench, jobs, variant)))
      .filter(({ rows }) => rows.length > 0)
  })
}

/** One burn-down, as a sample. */
export const measure = async (bench: Bench, id: ContestantId, jobs: number, round: number): Promise<string> =>
  bench.arena(id, jobs, async (arena) => {
    const { withStart, withoutStart } = await burn(arena, { jobs })
    const values = { rate: (jobs / withoutStart) * 1000, rateWithStart: (jobs / withStart) * 1000 }
    bench.samples.add({ measure: burnDownMeasure(jobs), contestant: id, round, values })
    return `${figure(values.rate)} jobs/s (${figure(values.rateWithStart)} with start-up)`
  })

const tableOf = ({ describe, samples, taking }: Bench, jobs: number, { floor, list, title }: Variant): Table => {
  const measured = burnDownMeasure(jobs)
  return {
    title: `${figure(jobs)} jobs, ${title}`,
    head: ["", "jobs/s", "min–max", "with start-up", "of the floor", "× graphile-worker batched", "rows", "fenced"],
    rows: taking(list)
      .filter((id) => samples.has(measured, id))
      .map((id) => {
        const rates = [...samples.series(measured, id, "rate").values()]
        const { fenced, finished, label } = describe(id)
        return [
          label,
          figure(samples.median(measured, id, "rate")),
          `${figure(Math.min(...rates))}–${figure(Math.max(...rates))}`,
          figure(samples.median(measured, id, "rateWithStart")),
          figure(samples.ratio(measured, id, floor, "rate"), 2),
          times(samples.ratio(measured, id, "graphile-batched", "rate")),
          finished,
          fenced
        ]
      })
  }
}
