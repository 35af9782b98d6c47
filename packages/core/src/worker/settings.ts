/**
 * The defaults of a worker, and what is refused.
 */
import { Duration, Option } from "effect"
import { hostname } from "node:os"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import { positiveDuration } from "../options/checks.ts"
import { positiveWhole } from "../options/checks.ts"
import type { WorkerSettings } from "./WorkerOptions.ts"

export interface ResolvedSettings {
  readonly name: string
  readonly workerHostname: string
  readonly ownership: "lease" | "transaction"
  readonly concurrency: number
  readonly batchSize: number
  readonly prefetch: number
  readonly prefetchWait: Duration.Duration
  readonly interval: Duration.Duration
  readonly wakeUp: "notify" | "poll"
  readonly heartbeatInterval: Duration.Duration
  readonly maximumRuntimePerJob: Duration.Duration | undefined
  readonly numTotalJobs: number
  readonly maxActiveTime: Duration.Duration | undefined
  readonly drainTimeout: Duration.Duration
  readonly resetInterval: Duration.Duration | undefined
}

/** Throws `InvalidOptions`. */
export const resolveSettings = (
  settings: WorkerSettings,
  store: { readonly name: string; readonly stalledMaxAge: Duration.Duration }
): ResolvedSettings => {
  const name = settings.name ?? store.name
  const invalid = (field: string, rule: string) => new InvalidOptions({ owner: name || "worker", field, rule })
  if (name === "") throw invalid("name", "must not be empty")
  const time = (field: string, input: Duration.Input) => positiveDuration(name, field, input)
  const optionalTime = (field: string, input: Duration.Input | undefined) =>
    input === undefined ? undefined : time(field, input)
  const count = (field: string, value: number) => positiveWhole(name, field, value)
  const wholeFromZero = (field: string, value: number) => {
    if (Number.isInteger(value) && value >= 0) return value
    throw invalid(field, `must be a whole number from 0, but is ${value}`)
  }
  const share = (divisor: number) => Duration.millis(Math.max(1, Duration.toMillis(store.stalledMaxAge) / divisor))

  const heartbeatInterval = time("heartbeatInterval", settings.heartbeatInterval ?? share(4))
  if (Duration.toMillis(heartbeatInterval) * 2 >= Duration.toMillis(store.stalledMaxAge)) {
    throw invalid(
      "heartbeatInterval",
      `must be less than half the store's stalledMaxAge (${Duration.format(store.stalledMaxAge)}), so that one lost heartbeat loses no lease`
    )
  }
  const batchSize = count("batchSize", settings.batchSize ?? 1)
  if (batchSize > 1 && settings.ownership !== "transaction") {
    throw invalid(
      "batchSize",
      'of more than 1 needs ownership: "transaction"; leased records are batched by themselves'
    )
  }
  const drainTimeout = Option.getOrUndefined(Duration.fromInput(settings.drainTimeout ?? "30 seconds"))
  if (drainTimeout === undefined || Duration.isNegative(drainTimeout)) {
    throw invalid(
      "drainTimeout",
      `must be a duration of zero or more, such as "30 seconds", but is ${JSON.stringify(settings.drainTimeout)}`
    )
  }
  return {
    name,
    workerHostname: settings.workerHostname ?? `${hostname()}:${process.pid}`,
    ownership: settings.ownership ?? "lease",
    concurrency: count("concurrency", settings.concurrency ?? 10),
    batchSize,
    prefetch: wholeFromZero("prefetch", settings.prefetch ?? 1000),
    prefetchWait: time("prefetchWait", settings.prefetchWait ?? Duration.min(Duration.millis(250), share(4))),
    interval: time("interval", settings.interval ?? "1 second"),
    wakeUp: settings.wakeUp ?? "notify",
    heartbeatInterval,
    maximumRuntimePerJob: optionalTime("maximumRuntimePerJob", settings.maximumRuntimePerJob),
    numTotalJobs: settings.numTotalJobs === undefined ? Infinity : count("numTotalJobs", settings.numTotalJobs),
    maxActiveTime: optionalTime("maxActiveTime", settings.maxActiveTime),
    drainTimeout,
    resetInterval:
      settings.resetInterval === false ? undefined : time("resetInterval", settings.resetInterval ?? share(3))
  }
}
