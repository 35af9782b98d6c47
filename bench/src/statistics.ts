/**
 * The few statistics that the bench needs.
 */

const sorted = (values: ReadonlyArray<number>): ReadonlyArray<number> => values.toSorted((a, b) => a - b)

/** The middle value, or the mean of the two in the middle. NaN for none. */
export const median = (values: ReadonlyArray<number>): number => {
  const ordered = sorted(values)
  const middle = ordered.length / 2
  if (ordered.length === 0) return Number.NaN
  return ordered.length % 2 === 1 ? ordered[Math.floor(middle)]! : (ordered[middle - 1]! + ordered[middle]!) / 2
}

/** The smallest value that at least this share of all values does not exceed (nearest rank). NaN for none. */
export const percentile = (values: ReadonlyArray<number>, share: number): number => {
  const ordered = sorted(values)
  if (ordered.length === 0) return Number.NaN
  return ordered[Math.min(ordered.length - 1, Math.max(0, Math.ceil(share * ordered.length) - 1))]!
}

/** The median of the ratios of each round, which drifts of the machine between rounds do not touch. */
export const medianRatio = (values: ReadonlyMap<number, number>, base: ReadonlyMap<number, number>): number =>
  median(
    [...values].flatMap(([round, value]) => {
      const other = base.get(round)
      return other === undefined ? [] : [value / other]
    })
  )
