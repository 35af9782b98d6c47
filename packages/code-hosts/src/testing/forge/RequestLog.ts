/**
 * Who asked what, when: a test counts requests in windows, and finds those that came before they should.
 */
import type { ForgeClock } from "./ForgeClock.ts"

/** @category models */
export interface LoggedRequest {
  readonly at: Date
  readonly method: string
  readonly path: string
  readonly token: string | undefined
  readonly git: boolean
  /** It came while its token was told to wait. */
  readonly early: boolean
  /** Null until it is answered. */
  status: number | null
}

/** @category models */
export class RequestLog {
  readonly all: Array<LoggedRequest> = []
  readonly #clock: ForgeClock
  readonly #notBefore = new Map<string | undefined, number>()

  constructor(clock: ForgeClock) {
    this.#clock = clock
  }

  readonly add = (request: Pick<LoggedRequest, "method" | "path" | "token" | "git">): LoggedRequest => {
    const at = this.#clock.tick()
    const early = at.getTime() < (this.#notBefore.get(request.token) ?? 0)
    const logged = { ...request, at, early, status: null }
    this.all.push(logged)
    return logged
  }

  /** The token was told so. */
  readonly wait = (token: string | undefined, milliseconds: number): void => {
    this.#notBefore.set(token, this.#clock.now.getTime() + milliseconds)
  }

  readonly clear = (): void => {
    this.all.length = 0
  }

  /** The most that came within any window of this length. */
  readonly most = (windowMilliseconds: number, which: (request: LoggedRequest) => boolean = () => true): number => {
    const times = this.all.filter(which).map(({ at }) => at.getTime())
    let first = 0
    return times.reduce((most, time, last) => {
      while ((times[first] ?? time) <= time - windowMilliseconds) first += 1
      return Math.max(most, last - first + 1)
    }, 0)
  }
}
