/**
 * What a workload has to work with.
 */
import type { Child } from "./children.ts"
import type { Contestant, ContestantId } from "./contestants.ts"
import type { Inspector } from "./inspect.ts"
import type { Options } from "./options.ts"
import type { Samples } from "./Samples.ts"
import type { Scale } from "./scale.ts"
import type { Servers } from "./systems/System.ts"
import type { Section } from "./table.ts"

export interface Arena {
  readonly contestant: ContestantId
  /** Whether finished jobs stay where the inspector counts them. */
  readonly keeps: boolean
  readonly servers: Servers
  readonly inspector: Inspector
  /** Starts one more process of the contestant. All are ended with the arena. */
  readonly start: () => Promise<Child>
}

export interface Bench {
  readonly options: Options
  readonly scale: Scale
  readonly samples: Samples
  /** Those of a list that take part in this run. */
  readonly taking: (list: ReadonlyArray<ContestantId>) => ReadonlyArray<ContestantId>
  /** Gives a contestant a fresh database with this many jobs in it. */
  readonly arena: <A>(contestant: ContestantId, jobs: number, work: (arena: Arena) => Promise<A>) => Promise<A>
  readonly describe: (contestant: ContestantId) => Contestant
}

export interface Step {
  /** Such as `burn-down 50,000 · drover, lease, rows kept · round 2`. */
  readonly label: string
  /** About how long it takes. */
  readonly seconds: number
  /** Does it, and says what came out in a few words. Fails when it does not add up. */
  readonly run: () => Promise<string>
}

export interface Workload {
  readonly name: string
  readonly steps: (bench: Bench) => ReadonlyArray<Step>
  readonly report: (bench: Bench) => Section
}

/** Each round takes the contestants in another order, so that none is always first. */
export const inRounds = <A>(
  rounds: number,
  list: ReadonlyArray<A>,
  step: (item: A, round: number) => Step
): ReadonlyArray<Step> =>
  Array.from({ length: rounds }, (_, round) => {
    const first = round % Math.max(1, list.length)
    return [...list.slice(first), ...list.slice(0, first)].map((item) => step(item, round))
  }).flat()
