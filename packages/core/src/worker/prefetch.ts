/**
 * How many records a worker takes beyond those it can begin at once. Pure.
 *
 * Enough that its slots never wait for the database, and no more than it begins
 * within moments, since a record that waits here waits for nobody else. So it is
 * learnt from the pace at which records end: a worker of small jobs takes
 * hundreds, one of long jobs takes none.
 */

/** Records are taken for so many milliseconds ahead. */
const AHEAD = 25

/** A pace is believed once every slot has been used twice, or after so many milliseconds. */
const BELIEVED = 100

/** Ends counted since a moment, while more was ready than was taken. */
export interface Pace {
  readonly ended: number
  readonly millis: number
}

export const isBelieved = ({ ended, millis }: Pace, concurrency: number): boolean =>
  ended >= 2 * concurrency || millis >= BELIEVED

/** The next target. A faster pace counts at once, a slower one by half. */
export const nextTarget = (target: number, most: number, { ended, millis }: Pace): number => {
  const measured = Math.floor((ended / Math.max(millis, 1)) * AHEAD)
  return Math.min(most, measured >= target ? measured : Math.floor((target + measured) / 2))
}

/**
 * How many to take now: what free slots and the target leave room for, half of the target at a time, so that one half
 * is on its way while the other begins; but none while more than half of the target waits.
 */
export const howMany = (target: number, freeSlots: number, waiting: number): number =>
  waiting * 2 > target ? 0 : Math.min(freeSlots + target - waiting, Math.max(freeSlots, Math.ceil(target / 2)))
