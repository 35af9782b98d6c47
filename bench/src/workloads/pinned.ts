/**
 * A worker at full speed while somebody holds a snapshot open, so that nothing dead can be removed; and the same
 * without.
 */
import postgres from "postgres"
import { type Arena, type Bench, inRounds, type Workload } from "../Bench.ts"
import type { Child } from "../children.ts"
import { now } from "../clock.ts"
import type { ContestantId } from "../contestants.ts"
import { median } from "../statistics.ts"
import { pause } from "../systems/System.ts"
import { figure, type Table } from "../table.ts"

const everybody: ReadonlyArray<ContestantId> = ["drover-kept", "graphile-batched"]
const few: ReadonlyArray<ContestantId> = ["drover-kept"]

/** The backlog stays between these; a bulk is added below the first. */
const low = 30_000
const bulk = 10_000

const ways = ["free", "pinned"] as const
type Way = (typeof ways)[number]

export const pinnedMeasure = (way: Way): string => `snapshot ${way}`

/** Ten intervals in a quick run, and one every ten seconds in a full one. */
const intervalsOf = (seconds: number): number => Math.max(10, Math.round(seconds / 10))

export const pinned: Workload = {
  name: "pinned",
  steps: (bench) =>
    inRounds(
      bench.options.rounds,
      bench.taking(bench.scale.few ? few : everybody).flatMap((id) => ways.map((way) => ({ id, way }))),
      ({ id, way }, round) => ({
        label: `${way === "pinned" ? "pinned snapshot" : "no pinned snapshot"} · ${bench.describe(id).label} · round ${round + 1}`,
        seconds: 4 + bench.scale.pinnedSeconds,
        run: () => bench.arena(id, low, (arena) => measure(bench, arena, way, round))
      })
    ),
  report: (bench) => ({
    title: "Pinned snapshot",
    intro:
      `A worker at full speed for ${bench.scale.pinnedSeconds} s on a backlog of about ${figure(low)} jobs that ` +
      "another process refills on the server, with a repeatable-read transaction held open all the while and without.",
    tables: bench
      .taking(everybody)
      .filter((id) => bench.samples.has(pinnedMeasure("pinned"), id))
      .map((id) => tableOf(bench, id))
  })
}

/** The pinned rate over the other, both in the last fifth of the time. */
export const pinnedShare = ({ samples }: Pick<Bench, "samples">, id: ContestantId): number => {
  const free = samples.series(pinnedMeasure("free"), id, "last")
  const held = [...samples.series(pinnedMeasure("pinned"), id, "last")]
  return median(held.map(([round, rate]) => rate / (free.get(round) ?? NaN)))
}

const tableOf = (bench: Bench, id: ContestantId): Table => {
  const { pinnedSeconds } = bench.scale
  const count = intervalsOf(pinnedSeconds)
  const at = (way: Way, value: string) => bench.samples.median(pinnedMeasure(way), id, value)
  return {
    title: bench.describe(id).label,
    head: ["until", "jobs/s", "dead rows", "MiB", "pinned: jobs/s", "dead rows", "MiB"],
    rows: Array.from({ length: count }, (_, index) => [
      `${figure(((index + 1) * pinnedSeconds) / count, pinnedSeconds < 10 * count ? 1 : 0)} s`,
      ...ways.flatMap((way) => [
        figure(at(way, `rate ${index}`)),
        figure(at(way, `dead ${index}`)),
        figure(at(way, `bytes ${index}`) / 1024 ** 2)
      ])
    ]),
    note: `Pinned over not pinned in the last fifth: ${figure(pinnedShare(bench, id), 2)}`
  }
}

const measure = async (bench: Bench, arena: Arena, way: Way, round: number): Promise<string> => {
  const [worker, producer] = await Promise.all([arena.start(), arena.start()])
  const unpin = way === "pinned" ? await pin(arena.servers.databaseUrl) : async () => {}
  let feeding = true
  const fed = feed(worker, producer, () => feeding)
  await worker.call("work", {})
  const values = await watch(arena, worker, bench.scale.pinnedSeconds)
  feeding = false
  const sent = await fed
  await unpin()
  const { handled, repeated } = await worker.call("stop")
  const { finished, running, waiting } = await arena.inspector.counts()
  if (running > 0 || repeated > 0 || waiting !== sent - handled || (arena.keeps && finished !== handled)) {
    throw new Error(
      `${arena.contestant}: of ${sent} jobs ${handled} were handled (${repeated} again), ` +
        `${waiting} wait, ${running} run, ${finished} are finished`
    )
  }
  bench.samples.add({ measure: pinnedMeasure(way), contestant: arena.contestant, round, values })
  const { last = NaN, mean = NaN } = values
  return `${figure(mean)} jobs/s, ${figure(last)} in the last fifth`
}

/** Holds a snapshot; answers how to let it go. */
const pin = async (databaseUrl: string): Promise<() => Promise<void>> => {
  const sql = postgres(databaseUrl, { max: 1 })
  await sql`begin isolation level repeatable read`
  await sql`select count(*) from pg_class`
  return async () => {
    await sql`rollback`
    await sql.end()
  }
}

/** Keeps the backlog up; answers how many jobs there were in all. */
const feed = async (worker: Child, producer: Child, goesOn: () => boolean): Promise<number> => {
  let sent = low
  while (goesOn()) {
    if (sent - (worker.progress()?.handled ?? 0) < low + bulk) {
      await producer.call("fill", sent, bulk)
      sent += bulk
    } else await pause(10)
  }
  return sent
}

const watch = async (arena: Arena, worker: Child, seconds: number): Promise<Record<string, number>> => {
  const count = intervalsOf(seconds)
  const values: Record<string, number> = {}
  const rates: Array<number> = []
  let from = now()
  let before = 0
  for (let index = 0; index < count; index++) {
    await pause((seconds * 1000) / count)
    const handled = worker.progress()?.handled ?? 0
    const at = now()
    const bloat = await arena.inspector.bloat()
    rates.push((values[`rate ${index}`] = ((handled - before) / (at - from)) * 1000))
    values[`dead ${index}`] = bloat?.deadRows ?? NaN
    values[`bytes ${index}`] = bloat?.bytes ?? NaN
    from = at
    before = handled
  }
  const meanOf = (list: ReadonlyArray<number>) => list.reduce((sum, rate) => sum + rate, 0) / list.length
  return { ...values, mean: meanOf(rates), last: meanOf(rates.slice(-Math.max(1, Math.round(count / 5)))) }
}
