/**
 * What happens is told to whoever wants to hear it: at once or when a test says so, and on demand badly.
 */
import { request } from "node:http"
import type { ForgeClock } from "./ForgeClock.ts"
import type { ForgePullRequest, ForgeRepository, ForgeUser } from "./model.ts"
import { random } from "./random.ts"

/** @category models */
export type ForgeEventKind =
  | "opened"
  | "edited"
  | "synchronized"
  | "closed"
  | "reopened"
  | "merged"
  | "ready"
  | "drafted"
  | "labeled"
  | "unlabeled"
  | "commented"
  | "reviewed"
  | "status"
  | "pushed"
  | "archived"

/** @category models */
export interface ForgeEvent {
  readonly kind: ForgeEventKind
  readonly at: Date
  readonly repository: ForgeRepository
  readonly pullRequest?: ForgePullRequest | undefined
  readonly by: ForgeUser | undefined
  /** The label, the branch that was pushed to, the commit that has a status. */
  readonly subject?: string | undefined
}

/** @category models */
export interface HookSubscription {
  readonly id: number
  readonly repository: ForgeRepository
  readonly url: string
  /** In the host's words; none: all. */
  readonly events: ReadonlyArray<string>
  readonly secret: string | undefined
}

/** As the host of the fake sends it. @category models */
export interface HookDelivery {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How likely a delivery is lost, sent twice, or sent after the one that follows. @category options */
export interface HookFaults {
  readonly seed: number
  readonly lost?: number | undefined
  readonly doubled?: number | undefined
  readonly reordered?: number | undefined
}

/** @category models */
export class Hooks {
  readonly subscriptions: Array<HookSubscription> = []
  readonly events: Array<ForgeEvent> = []
  readonly #clock: ForgeClock
  readonly #pending: Array<HookDelivery> = []
  #render: (event: ForgeEvent, to: HookSubscription) => Promise<ReadonlyArray<HookDelivery>> = () => Promise.resolve([])
  #mangle: (deliveries: ReadonlyArray<HookDelivery>) => ReadonlyArray<HookDelivery> = (deliveries) => deliveries

  constructor(clock: ForgeClock) {
    this.#clock = clock
  }

  /** The fake of a host says how its deliveries look. */
  readonly renderWith = (render: (event: ForgeEvent, to: HookSubscription) => Promise<ReadonlyArray<HookDelivery>>) => {
    this.#render = render
  }

  readonly break = ({ doubled = 0, lost = 0, reordered = 0, seed }: HookFaults): void => {
    const next = random(seed)
    this.#mangle = (deliveries) => {
      const kept = deliveries.flatMap((delivery) => {
        if (next() < lost) return []
        return next() < doubled ? [delivery, delivery] : [delivery]
      })
      for (let at = 0; at + 1 < kept.length; at += 1) {
        const [one, other] = [kept[at], kept[at + 1]]
        if (one !== undefined && other !== undefined && next() < reordered) kept.splice(at, 2, other, one)
      }
      return kept
    }
  }

  readonly tell = async (event: Omit<ForgeEvent, "at">): Promise<void> => {
    const told = { ...event, at: this.#clock.tick() }
    this.events.push(told)
    for (const to of this.subscriptions) {
      // as things are now, not as they are when it is sent
      if (to.repository === event.repository) this.#pending.push(...(await this.#render(told, to)))
    }
  }

  /** Sends what there is, in the order of its happening but for the faults. Gives the receiver's answers. */
  readonly deliver = async (): Promise<ReadonlyArray<number>> => {
    const answers: Array<number> = []
    for (const delivery of this.#mangle(this.#pending.splice(0))) answers.push(await send(delivery))
    return answers
  }
}

const send = ({ body, headers, url }: HookDelivery): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume()
      response.once("end", () => resolve(response.statusCode ?? 0))
    })
    sent.once("error", reject)
    sent.end(body)
  })
