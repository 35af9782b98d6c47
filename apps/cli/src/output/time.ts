/**
 * Moments, for people. Pure.
 */

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1]
] as const

/** How long ago: `3m`; `in 2h` for what is to come. */
export const age = (moment: Date, now: Date): string => {
  const seconds = Math.round((now.getTime() - moment.getTime()) / 1000)
  const length = Math.abs(seconds)
  const [unit, size] = units.find((one) => length >= one[1]) ?? units[3]
  const text = `${Math.floor(length / size)}${unit}`
  return seconds < 0 ? `in ${text}` : text
}

/** `2026-11-24 10:30:12 UTC`. */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`

/** For what may not have happened. */
export const momentOrNone = (date: Date | null): string | undefined => (date === null ? undefined : moment(date))

/** How long: `2d 3h`, `41s`, `350ms`. */
export const span = (millis: number): string => {
  if (millis < 1000) return `${Math.round(millis)}ms`
  const seconds = Math.round(millis / 1000)
  const at = units.findIndex(([, size]) => seconds >= size)
  const [unit, size] = units[at]!
  const next = units[at + 1]
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1])
  return `${Math.floor(seconds / size)}${unit}${rest === 0 ? "" : ` ${rest}${next![0]}`}`
}
