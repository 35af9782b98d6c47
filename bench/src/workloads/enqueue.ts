/**
 * How fast jobs can be enqueued, with no worker about: in bulks, one by one, and one by one from 16 callers.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import type { ContestantId } from "../contestants.ts"
import { figure, times } from "../table.ts"

interface Way {
  readonly name: string
  readonly title: string
  readonly of: (
    bench: Bench,
    id: ContestantId
  ) => { readonly count: number; readonly bulk: number; readonly callers: number }
}

const list: ReadonlyArray<ContestantId> = ["floor-kept", "drover-kept", "graphile", "pg-boss", "bullmq"]

export const enqueueMeasure = (way: string): string => `enqueue ${way}`

const ways: ReadonlyArray<Way> = [
  {
    name: "bulk",
    title: "in bulks, one call after the other",
    of: ({ describe, scale }, id) => ({ count: scale.bulkEnqueue, bulk: describe(id).bulk, callers: 1 })
  },
  {
    name: "single",
    title: "one by one",
    of: ({ scale }) => ({ count: scale.singleEnqueue, bulk: 1, callers: 1 })
  },
  {
    name: "callers",
    title: "one by one, from 16 callers at a time",
    of: ({ scale }) => ({ count: scale.singleEnqueue * 2, bulk: 1, callers: 16 })
  }
]

export const enqueue: Workload = {
  name: "enqueue",
  steps: (bench) =>
    ways.flatMap((way) =>
      inRounds(bench.options.rounds, bench.taking(list), (id, round) => ({
        label: `enqueue ${way.title} · ${bench.describe(id).label} · round ${round + 1}`,
        seconds: 1.5,
        run: () => measure(bench, way, id, round)
      }))
    ),
  report: (bench) => ({
    title: "Enqueue",
    intro: "Jobs a second, durably enqueued, with no worker running.",
    tables: ways.map(({ name, title }) => ({
      title: `Enqueue ${title}`,
      head: ["", "jobs/s", "of the floor", "× graphile-worker", "jobs in a call"],
      rows: bench
        .taking(list)
        .filter((id) => bench.samples.has(enqueueMeasure(name), id))
        .map((id) => [
          bench.describe(id).family === "floor" ? "floor: insert from unnest" : bench.describe(id).label,
          figure(bench.samples.median(enqueueMeasure(name), id, "rate")),
          figure(bench.samples.ratio(enqueueMeasure(name), id, "floor-kept", "rate"), 2),
          times(bench.samples.ratio(enqueueMeasure(name), id, "graphile", "rate")),
          name === "bulk" ? figure(bench.describe(id).bulk) : "1"
        ])
    }))
  })
}

const measure = (bench: Bench, { name, of }: Way, id: ContestantId, round: number): Promise<string> =>
  bench.arena(id, 0, async (arena) => {
    const options = of(bench, id)
    const child = await arena.start()
    const { jobs, millis } = await child.call("enqueue", options)
    const { waiting } = await arena.inspector.counts()
    if (waiting !== jobs) throw new Error(`${id}: ${jobs} jobs were enqueued, and ${waiting} wait`)
    const rate = (options.count / millis) * 1000
    bench.samples.add({ measure: enqueueMeasure(name), contestant: id, round, values: { rate } })
    return `${figure(rate)} jobs/s`
  })
