/** Hears what wakes workers. */
import { Effect, Queue, Stream } from "effect"
import { Database } from "../../src/index.ts"
import { execute } from "./createTable.ts"

const END = "end of test"

/**
 * Listens from now on. The effect it gives answers with all that has been heard
 * since the last time: Postgres delivers in the order of commits, so a last
 * notification of our own ends the list.
 */
export const hearing = Effect.gen(function* () {
  const { listen } = yield* Database
  const heard = yield* Queue.unbounded<string>()
  const subscribed = yield* Queue.unbounded<void>()
  yield* Effect.forkScoped(
    Stream.runForEach(listen("drover_wake"), (event) =>
      event._tag === "Subscribed" ? Queue.offer(subscribed, undefined) : Queue.offer(heard, event.payload)
    )
  )
  yield* Queue.take(subscribed)
  return Effect.gen(function* () {
    yield* execute(`select pg_notify('drover_wake', '${END}')`)
    const payloads: Array<string> = []
    for (let payload = yield* Queue.take(heard); payload !== END; payload = yield* Queue.take(heard)) {
      payloads.push(payload)
    }
    return payloads
  })
})
