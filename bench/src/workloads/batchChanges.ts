/**
 * Batch changes over many repositories of the forge, published and merged, beside the git commands alone.
 */
import { inRounds, type Workload } from "../Bench.ts"
import type { ContestantId } from "../contestants.ts"
import { openFleet } from "../forge/Fleet.ts"
import { medianRatio } from "../statistics.ts"
import { figure, times } from "../table.ts"

export const batchChangesMeasure = "batch-changes"

/** It is Drover's alone: no peer of the queue has changesets. */
const only: ReadonlyArray<ContestantId> = ["drover-kept"]

export const batchChanges: Workload = {
  name: "batch-changes",
  steps: (bench) => {
    const { batchChanges: many, repositories } = bench.scale.fleet
    const total = many * repositories
    return inRounds(
      Math.min(bench.options.rounds, bench.scale.longRounds),
      bench.taking(only),
      (contestant, round) => ({
        label: `${figure(total)} changesets over ${figure(repositories)} repositories · round ${round + 1}`,
        seconds: 10 + total / 4,
        run: () =>
          bench.arena(contestant, 0, async ({ servers }) => {
            const fleet = await openFleet(servers.databaseUrl, bench.scale.fleet)
            try {
              const bare = await fleet.bare()
              const publish = await fleet.publish()
              const { open } = await fleet.counts()
              if (open !== total) throw new Error(`${open} of ${total} are open`)
              const merge = await fleet.merge()
              const { merged, pulls } = await fleet.counts()
              if (merged !== total || pulls !== total) {
                throw new Error(`${merged} of ${total} changesets and ${pulls} pull requests are merged`)
              }
              const values = { barePublish: bare.publish, bareMerge: bare.merge, publish, merge }
              bench.samples.add({ measure: batchChangesMeasure, contestant, round, values })
              return `published in ${figure(publish / total, 1)} ms each, bare ${figure(bare.publish / total, 1)}; merged in ${figure(merge / total, 1)} ms each, bare ${figure(bare.merge / total, 1)}`
            } finally {
              await fleet.close()
            }
          })
      })
    )
  },
  report: (bench) => {
    const { batchChanges: many, files, repositories } = bench.scale.fleet
    const total = many * repositories
    const at = (value: string) => bench.samples.median(batchChangesMeasure, "drover-kept", value) / total
    const row = (what: string, whole: string, bare: string) => {
      const ratio = batchChangesRatio(bench, whole, bare)
      return [what, figure(at(bare), 1), figure(at(whole), 1), times(ratio), `${figure((1 - 1 / ratio) * 100)} %`]
    }
    return {
      title: "Batch changes",
      intro:
        `${figure(many)} batch changes with a changeset in each of ${figure(repositories)} repositories of ` +
        `${figure(files)} files, on the local forge: ${figure(total)} changesets, published by the reconciler and then ` +
        "merged by one bulk operation each, five at a time; nothing was lost. Bare are the git commands alone that make the commit " +
        "and the branch, and the squash merge, five repositories at a time. What is beyond them is the database and all that a " +
        "forge does besides: the step log, events, locks, the record of the push, checks of what may be merged, and the " +
        "git commands for these. The jobs that compute mergeability do not run.",
      tables: [
        {
          head: ["milliseconds a changeset", "bare git", "Drover", "of bare", "beyond git"],
          rows: bench.samples.has(batchChangesMeasure, "drover-kept")
            ? [row("published", "publish", "barePublish"), row("merged", "merge", "bareMerge")]
            : []
        }
      ]
    }
  }
}

/** Round by round. */
export const batchChangesRatio = (
  { samples }: Parameters<Workload["report"]>[0],
  whole: string,
  bare: string
): number =>
  medianRatio(
    samples.series(batchChangesMeasure, "drover-kept", whole),
    samples.series(batchChangesMeasure, "drover-kept", bare)
  )
