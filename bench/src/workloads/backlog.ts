/**
 * What a claim costs when little and when much is queued.
 */
import { type Bench, inRounds, type Workload } from "../Bench.ts"
import { median } from "../statistics.ts"
import { droverClaim } from "../systems/droverSettings.ts"
import { figure } from "../table.ts"

export const backlogMeasure = (jobs: number): string => `backlog ${jobs}`

const id = "drover-kept"

export const backlog: Workload = {
  name: "backlog",
  steps: (bench) =>
    inRounds(bench.options.rounds, bench.taking([id]).length > 0 ? bench.scale.backlogs : [], (jobs, round) => ({
      label: `claims of ${droverClaim} with ${figure(jobs)} queued · round ${round + 1}`,
      seconds: 2 + jobs / 100_000,
      run: () => measure(bench, jobs, round)
    })),
  report: ({ samples, scale }) => {
    const smallest = scale.backlogs[0] ?? 0
    const at = (jobs: number) => samples.median(backlogMeasure(jobs), id, "millis")
    return {
      title: "Backlog",
      intro:
        `Milliseconds of Drover's claim of ${droverClaim} jobs: the median of ${scale.claims} claims each round. ` +
        "Between claims the claimed jobs are completed and as many enqueued.",
      tables: [
        {
          head: ["queued", "ms a claim", `of that with ${figure(smallest)}`],
          rows: scale.backlogs
            .filter((jobs) => samples.has(backlogMeasure(jobs), id))
            .map((jobs) => [figure(jobs), figure(at(jobs), 2), figure(backlogRatio({ samples }, jobs, smallest), 2)])
        }
      ]
    }
  }
}

/** How much more a claim costs with that many queued, round by round. */
export const backlogRatio = ({ samples }: Pick<Bench, "samples">, jobs: number, smallest: number): number => {
  const base = samples.series(backlogMeasure(smallest), id, "millis")
  return median(
    [...samples.series(backlogMeasure(jobs), id, "millis")].map(([round, millis]) => millis / (base.get(round) ?? NaN))
  )
}

const measure = (bench: Bench, jobs: number, round: number): Promise<string> =>
  bench.arena(id, jobs, async (arena) => {
    const child = await arena.start()
    const claims = await child.call("claims", { claims: bench.scale.claims, limit: droverClaim, first: jobs })
    const { running, waiting } = await arena.inspector.counts()
    if (waiting !== jobs || running > 0) throw new Error(`Of ${jobs} jobs ${waiting} wait and ${running} run`)
    const millis = median(claims)
    bench.samples.add({ measure: backlogMeasure(jobs), contestant: id, round, values: { millis } })
    return `${figure(millis, 2)} ms a claim`
  })
