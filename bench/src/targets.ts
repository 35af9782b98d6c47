/**
 * What Drover sets out to reach, and what it did.
 */
import type { Bench } from "./Bench.ts"
import type { ContestantId } from "./contestants.ts"
import { figure, type Section } from "./table.ts"
import { backlogRatio } from "./workloads/backlog.ts"
import { burnDownMeasure } from "./workloads/burnDown.ts"
import { enqueueMeasure } from "./workloads/enqueue.ts"
import { latencyMeasure } from "./workloads/latency.ts"
import { codeIndexRatio } from "./workloads/codeIndex.ts"
import { mergeabilityRatio } from "./workloads/mergeability.ts"
import { oneATransactionMeasure } from "./workloads/oneATransaction.ts"
import { pinnedShare } from "./workloads/pinned.ts"

interface Target {
  readonly measure: string
  readonly reached: number
  readonly limit: number
  readonly better: "more" | "less"
}

const targets = (bench: Bench): ReadonlyArray<Target> => {
  const { samples, scale } = bench
  const more = (measure: string, reached: number, limit: number): Target => ({
    measure,
    reached,
    limit,
    better: "more"
  })
  const less = (measure: string, reached: number, limit: number): Target => ({
    measure,
    reached,
    limit,
    better: "less"
  })

  const burn = (jobs: number, how: string, id: ContestantId, floor: ContestantId, share: number, factor: number) => {
    const over = (other: ContestantId) => samples.ratio(burnDownMeasure(jobs), id, other, "rate")
    const what = `burn-down of ${figure(jobs)}, ${how}`
    return [
      more(`${what}: of the floor`, over(floor), share),
      more(`${what}: × graphile-worker batched`, over("graphile-batched"), factor)
    ]
  }
  /** Against the better of several ways to run a peer. */
  const latency = (value: string, name: string, peers: ReadonlyArray<ContestantId>) =>
    less(
      `latency when idle, ${value}: of ${name}'s`,
      Math.max(
        ...peers
          .filter((peer) => samples.has(latencyMeasure, peer))
          .map((peer) => samples.ratio(latencyMeasure, "drover-kept", peer, value))
      ),
      1
    )
  const bulk = (other: ContestantId) => samples.ratio(enqueueMeasure("bulk"), "drover-kept", other, "rate")
  const peers = (["graphile", "pg-boss", "bullmq"] as const).map(bulk).filter(Number.isFinite)
  const [smallest = 0] = scale.backlogs
  const largest = scale.backlogs.at(-1) ?? 0

  return [
    ...scale.burnDown.flatMap((jobs) => [
      ...burn(jobs, "rows kept", "drover-kept", "floor-kept", 0.7, 2.5),
      ...burn(jobs, "rows deleted", "drover-deleted", "floor-deleted", 0.7, 2.5),
      ...burn(jobs, "transactional batches", "drover-transaction", "floor-transaction", 0.65, 3.5)
    ]),
    more(
      "one job a transaction: × graphile-worker",
      samples.ratio(oneATransactionMeasure, "drover-one", "graphile", "rate"),
      3
    ),
    more("bulk enqueue: of the floor", bulk("floor-kept"), 0.75),
    more("bulk enqueue: × the best peer", peers.length === 0 ? Number.NaN : Math.min(...peers), 2),
    ...["p50", "p95"].flatMap((value) => [
      latency(value, "graphile-worker", ["graphile", "graphile-batched"]),
      latency(value, "BullMQ", ["bullmq"])
    ]),
    less(
      `a claim with ${figure(largest)} queued: of that with ${figure(smallest)}`,
      backlogRatio(bench, largest, smallest),
      1.3
    ),
    less(
      `mergeability of ${figure(scale.crowd.pulls)} pull requests: of bare git merge-tree`,
      mergeabilityRatio(bench),
      3
    ),
    less(
      `code index of ${figure(scale.indexedFiles)} files: of bare cat-file and COPY, with the same index`,
      codeIndexRatio(bench, "indexed"),
      4
    ),
    less(
      `code index of ${figure(scale.indexedFiles)} files: of bare cat-file and COPY, without an index`,
      codeIndexRatio(bench, "plain"),
      4
    ),
    more("pinned snapshot, last fifth: of its own unpinned rate", pinnedShare(bench, "drover-kept"), 0.85)
  ]
}

const isReached = ({ better, limit, reached }: Target): boolean =>
  better === "more" ? reached >= limit : reached <= limit

/** Of what was measured in this run. */
export const targetsSection = (bench: Bench): Section => ({
  title: "What was to be shown",
  intro: "Medians of the ratios of each round.",
  tables: [
    {
      head: ["", "reached", "wanted", ""],
      rows: targets(bench)
        .filter(({ reached }) => Number.isFinite(reached))
        .map((target) => [
          target.measure,
          figure(target.reached, 2),
          `${target.better === "more" ? "at least" : "at most"} ${figure(target.limit, 2)}`,
          isReached(target) ? "yes" : "no"
        ])
    }
  ]
})
