/**
 * The mergeability of all pull requests of a base that was pushed to, beside git's own merges of the same pairs.
 */
import { inRounds, type Workload } from "../Bench.ts"
import type { ContestantId } from "../contestants.ts"
import { openCrowd } from "../forge/Crowd.ts"
import { medianRatio } from "../statistics.ts"
import { figure, times } from "../table.ts"

export const mergeabilityMeasure = "mergeability"

/** It is Drover's alone: no peer has pull requests. */
const only: ReadonlyArray<ContestantId> = ["drover-kept"]

/** Computed one by one for comparison. */
const ALONE = 20

export const mergeability: Workload = {
  name: "mergeability",
  steps: (bench) =>
    inRounds(bench.options.rounds, bench.taking(only), (contestant, round) => ({
      label: `mergeability of ${figure(bench.scale.crowd.pulls)} pull requests · round ${round + 1}`,
      seconds: 4 + bench.scale.crowd.files / 1000,
      run: () =>
        bench.arena(contestant, 0, async ({ servers }) => {
          const { pulls } = bench.scale.crowd
          const crowd = await openCrowd(servers.databaseUrl, bench.scale.crowd)
          try {
            // a worker and a disk cache that have done it before
            await crowd.push()
            await crowd.bare()
            await crowd.job()
            await crowd.push()
            const before = await crowd.bare()
            const millis = await crowd.job()
            const bare = await crowd.bare()
            const { clean, known } = await crowd.counts()
            if (known !== pulls || clean !== bare.clean) {
              throw new Error(`${known} of ${pulls} are known, ${clean} of ${bare.clean} merge cleanly`)
            }
            const alone = (await crowd.alone(ALONE)) / ALONE
            const values = { bare: (before.millis + bare.millis) / 2, job: millis, alone, share: clean / pulls }
            bench.samples.add({ measure: mergeabilityMeasure, contestant, round, values })
            return `${figure(millis)} ms, bare ${figure(values.bare)} ms, ${times(millis / values.bare)}`
          } finally {
            await crowd.close()
          }
        })
    })),
  report: (bench) => {
    const { files, pulls } = bench.scale.crowd
    const at = (value: string) => bench.samples.median(mergeabilityMeasure, "drover-kept", value)
    const measured = bench.samples.has(mergeabilityMeasure, "drover-kept")
    return {
      title: "Mergeability",
      intro:
        `A push to the base of ${figure(pulls)} open pull requests, in a repository of ${figure(files)} files, ` +
        `${figure(at("share") * 100)} % of them without a conflict. The job is timed from its claim to its end, with ` +
        "the reading of refs, the merges, distances, sizes of the changes, and the rows; bare is one " +
        "`git merge-tree --stdin` over the same pairs, the mean of a run before the " +
        "job and one after it. All have run before, to warm. One by one is what it costs when each is computed alone, " +
        "with its merge commit.",
      tables: [
        {
          head: ["", "ms", "of bare"],
          rows: measured
            ? [
                ["bare `git merge-tree --stdin`", figure(at("bare")), times(1)],
                ["the job", figure(at("job")), times(mergeabilityRatio(bench))],
                [
                  `one by one, ${figure(pulls)} ×`,
                  figure(at("alone") * pulls),
                  times((at("alone") * pulls) / at("bare"))
                ]
              ]
            : []
        }
      ]
    }
  }
}

/** The job's time over git's, round by round. */
export const mergeabilityRatio = ({ samples }: Parameters<Workload["report"]>[0]): number => {
  const bare = samples.series(mergeabilityMeasure, "drover-kept", "bare")
  return medianRatio(samples.series(mergeabilityMeasure, "drover-kept", "job"), bare)
}
