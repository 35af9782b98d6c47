/**
 * Writes the ends of attempts, as many as there are, in one statement at a time.
 *
 * What ends while a statement is under way goes into the next one: an idle worker's
 * end is written at once, and a busy one's statements grow with the load.
 *
 * An end that did not come through with the others (somebody has locked the
 * record, or its attempt is not the current one) is written by itself, which
 * waits and then tells. One whose statement the server rejects does so too, so
 * that no record's end is lost for another's fault.
 */
import { Duration, Effect, Exit, type Fiber, Schedule } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Fence } from "../store/Fence.ts"
import type { Key } from "../table/Key.ts"
import type { WorkState } from "../table/WorkState.ts"
import type { Requeued } from "../store/End.ts"
import { type AttemptStore, markOne, type WrittenEnd } from "./AttemptStore.ts"

/** Ends in one statement. */
const BATCH = 1000
/** Statements under way at once; the second only when enough waits to be worth one. */
const WRITERS = 2
const WORTH = 100
/** How often an end that was skipped is tried again with others, and after how long at first, in milliseconds. */
const TRIES = 3
const MOMENT = 10
/** Ends that may wait before no more records are dequeued. */
const BACKLOG = 4 * BATCH

/** What became of an attempt: the record's state, or why there is none to tell. */
export type Outcome = WorkState | "lost" | "unwritten"

interface Ended<Id extends Key> {
  readonly fence: Fence<Id>
  readonly end: WrittenEnd
  readonly tell: (outcome: Outcome) => void
  /** How often it did not come through with others. */
  skipped: number
}

export interface MarksOptions<Id extends Key> {
  readonly store: AttemptStore<Id>
  /** Runs an effect on a fiber of its own. */
  readonly fork: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
  /** Called when the backlog has been too long, and is not any more. */
  readonly onRoom: () => void
}

export class Marks<Id extends Key> {
  readonly #options: MarksOptions<Id>
  readonly #patience: Schedule.Schedule<unknown>
  #waiting: Array<Ended<Id>> = []
  #writing = 0
  #scheduled = false
  #behind = 0

  constructor(options: MarksOptions<Id>) {
    this.#options = options
    this.#patience = Schedule.spaced("200 millis").pipe(
      Schedule.upTo({ duration: Duration.toMillis(options.store.stalledMaxAge) })
    )
  }

  /** Whether so many ends wait that dequeuing more would only make it worse. */
  get full(): boolean {
    return this.#behind >= BACKLOG
  }

  /** Writes an end soon; `tell` is called when it is known what became of it. */
  add(fence: Fence<Id>, end: WrittenEnd, tell: (outcome: Outcome) => void): void {
    this.#behind++
    const ended = { fence, end, tell, skipped: 0 }
    if (end._tag === "Requeued") return this.#writeAlone(ended)
    this.#waiting.push(ended)
    this.#schedule()
  }

  /** After everything that ends in this turn of the event loop. */
  #schedule(): void {
    if (this.#scheduled || !this.#mayWrite()) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#write()
    })
  }

  #mayWrite(): boolean {
    return this.#writing === 0 || (this.#writing < WRITERS && this.#waiting.length >= WORTH)
  }

  #write(): void {
    if (this.#waiting.length === 0 || !this.#mayWrite()) return
    const batch = this.#waiting.splice(0, BATCH)
    this.#writing++
    this.#options.fork(this.#markAll(batch)).addObserver((exit) => {
      this.#writing--
      this.#write()
      this.#settle(batch, exit)
    })
  }

  #markAll(batch: ReadonlyArray<Ended<Id>>): Effect.Effect<ReadonlyArray<WorkState | undefined>, DatabaseError> {
    const { store } = this.#options
    return this.#patiently(
      store.markMany(batch.map(({ end, fence }) => ({ fence, end: end as Exclude<WrittenEnd, Requeued> })))
    )
  }

  #settle(batch: ReadonlyArray<Ended<Id>>, exit: Exit.Exit<ReadonlyArray<WorkState | undefined>, DatabaseError>): void {
    for (const [at, ended] of batch.entries()) {
      const state = Exit.isSuccess(exit) ? exit.value[at] : undefined
      if (state !== undefined) this.#tell(ended, state)
      else if (Exit.isFailure(exit) || ended.skipped >= TRIES) this.#writeAlone(ended)
      else this.#tryAgain(ended)
    }
  }

  /** A heartbeat locks a record for a moment only; alone, its end might stand behind one that waits for a producer. */
  #tryAgain(ended: Ended<Id>): void {
    setTimeout(
      () => {
        this.#waiting.push(ended)
        this.#schedule()
      },
      MOMENT * 2 ** ended.skipped++
    )
  }

  #writeAlone(ended: Ended<Id>): void {
    this.#options
      .fork(this.#patiently(markOne(this.#options.store, ended.fence, ended.end)))
      .addObserver((exit) => this.#conclude(ended, exit))
  }

  #conclude(ended: Ended<Id>, exit: Exit.Exit<unknown, DatabaseError>): void {
    if (Exit.isSuccess(exit)) return this.#tell(ended, (exit.value as WorkState | undefined) ?? "lost")
    this.#options.fork(
      Effect.logError("Cannot write the end of an attempt; the resetter will find the record", exit.cause).pipe(
        Effect.annotateLogs({ id: String(ended.fence.id), attempt: ended.fence.attempt })
      )
    )
    this.#tell(ended, "unwritten")
  }

  #tell(ended: Ended<Id>, outcome: Outcome): void {
    const wasFull = this.full
    this.#behind--
    if (wasFull && !this.full) this.#options.onRoom()
    ended.tell(outcome)
  }

  /** For as long as the heartbeats of these very jobs keep their leases. */
  #patiently<A>(mark: Effect.Effect<A, DatabaseError>): Effect.Effect<A, DatabaseError> {
    return Effect.retry(mark, { while: (error) => error.retryable, schedule: this.#patience })
  }
}
