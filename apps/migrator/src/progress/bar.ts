/**
 * How progress looks: a bar that is drawn over itself, or now and then a line.
 */
import { OutOfBandMigrations } from "@drover/core"

export interface Shown {
  readonly id: number
  readonly description: string
  readonly applyReverse: boolean
  readonly progress: number
}

/** The part of the way that is behind: down, what is left of the progress is ahead. */
export const done = ({ applyReverse, progress }: Shown): number => (applyReverse ? 1 - progress : progress)

/** `9 up [#####...............]  25.3%  encrypt credentials`, no wider than the terminal. */
export const bar = (shown: Shown, columns: number): string => {
  const width = 20
  const full = Math.floor(done(shown) * width)
  const drawn = `${"#".repeat(full)}${".".repeat(width - full)}`
  return `${name(shown)} [${drawn}] ${percentOf(shown)}  ${shown.description}`.slice(0, Math.max(1, columns - 1))
}

/** `9 up  25.3%  encrypt credentials`. */
export const line = (shown: Shown): string => `${name(shown)}  ${percentOf(shown)}  ${shown.description}`

/** A line for the first, for every tenth of the way, and for the end. */
export const isLineDue = (before: Shown | undefined, now: Shown): boolean =>
  before === undefined || Math.floor(done(before) * 10) !== Math.floor(done(now) * 10)

const name = ({ applyReverse, id }: Shown): string => `${id} ${applyReverse ? "down" : "up"}`

const percentOf = (shown: Shown): string => OutOfBandMigrations.percent(done(shown)).padStart(6)
