/**
 * All that was measured in a run.
 */
import type { ContestantId } from "./contestants.ts"
import { median, medianRatio } from "./statistics.ts"

export interface Sample {
  /** What was measured, such as `burn-down 50000`. */
  readonly measure: string
  readonly contestant: ContestantId
  readonly round: number
  readonly values: Readonly<Record<string, number>>
}

export class Samples {
  private readonly all: Array<Sample> = []

  add(sample: Sample): void {
    this.all.push(sample)
  }

  /** A value by round. */
  series(measure: string, contestant: ContestantId, value: string): ReadonlyMap<number, number> {
    return new Map(
      this.all.flatMap((sample) => {
        const found = sample.values[value]
        const fits = sample.measure === measure && sample.contestant === contestant
        return fits && found !== undefined ? [[sample.round, found] as const] : []
      })
    )
  }

  median(measure: string, contestant: ContestantId, value: string): number {
    return median([...this.series(measure, contestant, value).values()])
  }

  /** How many times as much as the other, round by round. */
  ratio(measure: string, contestant: ContestantId, other: ContestantId, value: string): number {
    return medianRatio(this.series(measure, contestant, value), this.series(measure, other, value))
  }

  has(measure: string, contestant: ContestantId): boolean {
    return this.all.some((sample) => sample.measure === measure && sample.contestant === contestant)
  }
}
