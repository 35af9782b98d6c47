/**
 * What goes wrong, by list or by seed. A fault is taken by the first request that it is meant for.
 */
import { random } from "./random.ts"

/** @category models */
export type Fault =
  /** Refused before anything is done: the budget of the hour is spent, until a moment. */
  | { readonly kind: "limit"; readonly seconds: number }
  /** Refused for asking too much at a time; without seconds the host does not say for how long. */
  | { readonly kind: "secondary limit"; readonly seconds?: number | undefined }
  /** 429, and when to come back. */
  | { readonly kind: "too many"; readonly seconds: number }
  /** The host is at fault, and did nothing. */
  | { readonly kind: "unavailable"; readonly status: 500 | 502 | 503 | 504; readonly seconds?: number | undefined }
  /** It is done, and the answer says that the host is at fault. */
  | { readonly kind: "lost answer"; readonly status: 502 | 504 }
  /** It is done, and the connection ends. */
  | { readonly kind: "cut" }
  /** It is done, and half of the answer comes. */
  | { readonly kind: "truncated" }
  /** The answer comes when the latch is opened, or never: until the client goes. */
  | { readonly kind: "slow"; readonly until: Promise<unknown> }

/** @category models */
export interface FaultyRequest {
  readonly method: string
  readonly path: string
  readonly git: boolean
}

/** @category options */
export interface PlannedFault {
  /** Defaults to every request. */
  readonly on?: ((request: FaultyRequest) => boolean) | undefined
  /** How many requests take it. Defaults to one. */
  readonly times?: number | undefined
}

/** @category models */
export class Faults {
  readonly #planned: Array<{ readonly fault: Fault; readonly on: (request: FaultyRequest) => boolean; left: number }> =
    []
  #seeded: ((request: FaultyRequest) => Fault | undefined) | undefined

  readonly plan = (fault: Fault, { on = () => true, times = 1 }: PlannedFault = {}): void => {
    this.#planned.push({ fault, on, left: times })
  }

  /** Each request meets one of these with its likelihood: the same requests meet the same ones with the same seed. */
  readonly seed = (
    seed: number,
    faults: ReadonlyArray<{ readonly fault: Fault; readonly likelihood: number }>,
    on: (request: FaultyRequest) => boolean = () => true
  ): void => {
    const next = random(seed)
    this.#seeded = (request) => {
      if (!on(request)) return undefined
      let dice = next()
      return faults.find(({ likelihood }) => (dice -= likelihood) < 0)?.fault
    }
  }

  readonly clear = (): void => {
    this.#planned.length = 0
    this.#seeded = undefined
  }

  readonly take = (request: FaultyRequest): Fault | undefined => {
    const planned = this.#planned.find(({ left, on }) => left > 0 && on(request))
    if (planned === undefined) return this.#seeded?.(request)
    planned.left -= 1
    return planned.fault
  }
}
