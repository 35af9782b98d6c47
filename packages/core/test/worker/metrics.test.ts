import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { PermanentError, RetryableError, Snooze, Worker } from "../../src/index.ts"
import { makeGate, makeQueue, quietDatabase, until } from "./fixtures/queue.ts"

/** What Prometheus reads of a worker or store: value by metric and other labels. */
const metricsOf = (label: "worker" | "store", owner: string) =>
  Effect.map(PrometheusMetrics.format(), (text) => {
    const found: Record<string, number> = {}
    for (const line of text.split("\n")) {
      const [, name, labels = "", value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
      const own = `${label}="${owner}"`
      if (name === undefined || !labels.split(",").includes(own)) continue
      const others = labels.split(",").filter((each) => each !== own)
      found[others.length === 0 ? name : `${name} ${others.join(" ")}`] = Number(value)
    }
    return found
  })

layer(quietDatabase(), { excludeTestServices: true })("The metrics of a worker", (it) => {
  it.effect("count what became of each attempt", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const endings: ReadonlyArray<Effect.Effect<void, PermanentError | RetryableError | Snooze>> = [
        Effect.void,
        Effect.void,
        new RetryableError({ reason: "later" }),
        new PermanentError({ reason: "never" }),
        new Snooze({ for: "1 hour" }),
        Effect.die("boom"),
        Effect.asVoid(Effect.ignore(queue.force("attempt = 99 where id = 7")))
      ]
      const [first] = yield* queue.add(endings.length)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: ({ id }) => endings[id - first!]!,
        concurrency: 1,
        wakeUp: "poll", // a subscription would bring a heartbeat forward, which may tell of the loss first
        numTotalJobs: endings.length
      })
      yield* worker.ended
      const metrics = yield* metricsOf("worker", queue.name)

      assert.deepInclude(metrics, {
        'drover_worker_outcomes_total outcome="completed"': 2,
        'drover_worker_outcomes_total outcome="errored"': 2,
        'drover_worker_outcomes_total outcome="failed"': 1,
        'drover_worker_outcomes_total outcome="queued"': 1,
        'drover_worker_outcomes_total outcome="lost"': 1,
        'drover_worker_total op="handle"': 3,
        'drover_worker_errors_total op="handle"': 4,
        'drover_worker_duration_milliseconds_count op="handle"': 3,
        drover_worker_handlers: 0
      })
      assert.notProperty(metrics, 'drover_worker_total op="preHandle"')
    })
  )

  it.effect("show how many handlers run, and the hooks", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      yield* queue.add(2)
      const worker = yield* Worker.make({
        name: `${queue.name} worker`,
        store: queue.store,
        handle: gate.handle,
        hooks: {
          preDequeue: Effect.succeed({ go: true }),
          preHandle: () => Effect.void,
          postHandle: () => Effect.die("broken")
        },
        numTotalJobs: 2
      })
      yield* gate.started
      yield* gate.started
      assert.deepInclude(yield* metricsOf("worker", worker.name), { drover_worker_handlers: 2 })
      yield* gate.open
      yield* worker.ended

      assert.deepInclude(yield* metricsOf("worker", worker.name), {
        drover_worker_handlers: 0,
        'drover_worker_total op="preDequeue"': 2,
        'drover_worker_total op="preHandle"': 2,
        'drover_worker_errors_total op="postHandle"': 2
      })
    })
  )

  it.effect("count lost leases", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "5 millis",
        numTotalJobs: 1
      })
      yield* gate.started
      yield* queue.force("attempt = attempt + 1")
      yield* worker.ended
      yield* until(metricsOf("worker", queue.name), (metrics) => metrics["drover_worker_leases_lost_total"] === 1)

      assert.deepInclude(yield* metricsOf("worker", queue.name), {
        'drover_worker_outcomes_total outcome="lost"': 1
      })
    })
  )

  it.effect("stand beside those of its store", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(3)
      const worker = yield* Worker.make({ store: queue.store, handle: () => Effect.void, numTotalJobs: 3 })
      yield* worker.ended

      assert.deepInclude(yield* metricsOf("store", queue.name), {
        'drover_store_total op="enqueue"': 1,
        'drover_store_total op="dequeue"': 1,
        'drover_store_total op="markMany"': 1
      })
    })
  )
})
