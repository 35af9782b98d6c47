/**
 * The time of a forge: it stands until a test moves it, and each look at it is a millisecond later than the last, so
 * that what happens has an order.
 */
export class ForgeClock {
  #now: number

  /** @param start Defaults to noon of a day in 2026. */
  constructor(start: Date = new Date("2026-03-10T12:00:00Z")) {
    this.#now = start.getTime()
  }

  /** The time of what happens now. */
  readonly tick = (): Date => {
    this.#now += 1
    return new Date(this.#now)
  }

  get now(): Date {
    return new Date(this.#now)
  }

  readonly advance = (milliseconds: number): void => {
    this.#now += milliseconds
  }
}
