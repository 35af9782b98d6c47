/**
 * How much of everything: in full, and for a look in two minutes.
 */
import type { CrowdSize } from "./forge/crowdHistory.ts"
import type { FleetSize } from "./forge/fleetHistory.ts"

export interface Scale {
  /** Long workloads take the most important contestants only. */
  readonly few: boolean
  /** The most rounds that the long workloads take: steady, scaling and drain. */
  readonly longRounds: number
  readonly burnDown: ReadonlyArray<number>
  readonly oneATransaction: number
  readonly latencySamples: number
  readonly bulkEnqueue: number
  readonly singleEnqueue: number
  readonly steadySeconds: number
  /** Of the peak. */
  readonly steadyShares: ReadonlyArray<number>
  readonly steadyPeakJobs: number
  readonly scalingJobs: number
  readonly processes: ReadonlyArray<number>
  readonly backlogs: ReadonlyArray<number>
  readonly claims: number
  readonly pinnedSeconds: number
  readonly drainJobs: number
  /** A repository, and its pull requests. */
  readonly crowd: CrowdSize
  readonly indexedFiles: number
  /** Repositories, and batch changes over all of them. */
  readonly fleet: FleetSize
  /** What is not begun by then is left out. */
  readonly budgetSeconds: number
}

export const full: Scale = {
  few: false,
  longRounds: 3,
  burnDown: [50_000, 200_000],
  oneATransaction: 20_000,
  latencySamples: 300,
  bulkEnqueue: 100_000,
  singleEnqueue: 2_000,
  steadySeconds: 25,
  steadyShares: [0.5, 0.8],
  steadyPeakJobs: 30_000,
  scalingJobs: 100_000,
  processes: [1, 2, 4],
  backlogs: [1_000, 100_000, 2_000_000],
  claims: 30,
  pinnedSeconds: 120,
  drainJobs: 100_000,
  crowd: { files: 10_000, pulls: 1_000 },
  indexedFiles: 10_000,
  fleet: { repositories: 200, batchChanges: 5, files: 100 },
  budgetSeconds: Infinity
}

/** Every round, with one size of each. */
export const short: Scale = {
  ...full,
  few: true,
  longRounds: 1,
  burnDown: [200_000],
  oneATransaction: 10_000,
  bulkEnqueue: 50_000,
  singleEnqueue: 500,
  scalingJobs: 50_000,
  claims: 20
}

export const quick: Scale = {
  few: true,
  longRounds: 1,
  burnDown: [20_000],
  oneATransaction: 2_000,
  latencySamples: 50,
  bulkEnqueue: 20_000,
  singleEnqueue: 200,
  steadySeconds: 3,
  steadyShares: [0.8],
  steadyPeakJobs: 5_000,
  scalingJobs: 20_000,
  processes: [1, 2],
  backlogs: [1_000, 100_000],
  claims: 10,
  pinnedSeconds: 6,
  drainJobs: 20_000,
  crowd: { files: 2_000, pulls: 200 },
  indexedFiles: 1_000,
  fleet: { repositories: 10, batchChanges: 3, files: 100 },
  budgetSeconds: 110
}
