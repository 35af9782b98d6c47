import { Database } from "@drover/core"
import type { HostPullRequest } from "@drover/code-hosts"
import { assert, describe, it, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { saveSeen } from "../../src/batchChanges/changesets/saveSeen.ts"
import { recordChangesetEvents } from "../../src/batchChanges/changesets/recordChangesetEvent.ts"
import { burndown, burndownQuery, type BurndownPoint } from "../../src/batchChanges/statistics/burndown.ts"
import { byRepositoryQuery, progressByRepository } from "../../src/batchChanges/statistics/byRepository.ts"
import { forecast } from "../../src/batchChanges/statistics/forecast.ts"
import { mergeTimes, mergeTimesQuery } from "../../src/batchChanges/statistics/mergeTimes.ts"
import { countedStates, type CountedState } from "../../src/batchChanges/statistics/states.ts"
import { changesetEvents, changesets } from "../../src/schema.ts"
import { sql } from "drizzle-orm"
import { forge } from "../support.ts"
import { execute, planOf } from "../support/plans.ts"
import { randomly } from "../support/randomly.ts"

const start = Date.UTC(2026, 0, 1)
const hour = 3_600_000
const at = (hours: number) => new Date(start + hours * hour)

let scenes = 0

/** A batch change and its changesets, each in a repository of its own; nothing is told of them yet. */
const scene = Effect.fnUntraced(function* (count: number) {
  const n = ++scenes
  const first = n * 1000
  yield* execute(`insert into namespaces (id, kind, name) values (${n}, 'organisation', 'people-${n}')`)
  yield* execute(`insert into batch_changes (id, namespace_id, name) values (${n}, ${n}, 'x')`)
  yield* execute(
    `insert into repositories (id, name, path) select ${first} + i, 'acme/' || ${first} + i, '/' from generate_series(1, ${count}) i`
  )
  yield* execute(
    `insert into changesets (id, repository_id, owner_id) select ${first} + i, ${first} + i, ${n} from generate_series(1, ${count}) i`
  )
  return { batchChangeId: n, ids: Array.from({ length: count }, (_, i) => first + 1 + i) }
})

interface Told {
  readonly changesetId: number
  readonly kind: string
  readonly hours: number
  readonly payload?: Readonly<Record<string, unknown>>
}

let keys = 0

const tell = (events: ReadonlyArray<Told>) =>
  Database.use(({ run }) =>
    run((db) =>
      db.insert(changesetEvents).values(
        events.map(({ changesetId, hours, kind, payload = {} }) => {
          return { changesetId, kind, payload, key: String(keys++), createdAt: at(hours) }
        })
      )
    )
  )

const points = (found: ReadonlyArray<BurndownPoint>) =>
  found.map(({ at: moment, total, ...counts }) => {
    const some = countedStates.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`)
    return `${(moment.getTime() - start) / hour}: ${some.join(", ")} of ${total}`
  })

/** The life of one changeset that is merged. */
const life = (
  changesetId: number,
  batchChangeId: number,
  [made, published, merged]: readonly [number, number, number]
) => [
  { changesetId, kind: "created", hours: made },
  { changesetId, kind: "attached", hours: made, payload: { batchChangeId } },
  { changesetId, kind: "published", hours: published, payload: { from: null, to: "open" } },
  { changesetId, kind: "merged", hours: merged, payload: { from: "open", to: "merged" } }
]

layer(forge(), { excludeTestServices: true })("the burndown of a batch change", (it) => {
  it.effect("has a point for every interval, and one for the end", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(2)
      yield* tell(life(ids[0]!, batchChangeId, [0, 24, 60]))
      yield* tell(life(ids[1]!, batchChangeId, [0, 30, 49]))
      assert.deepStrictEqual(points(yield* burndown({ batchChangeId, to: at(60) })), [
        "0: 2 unpublished of 2",
        "24: 1 unpublished, 1 open of 2",
        "48: 2 open of 2",
        "60: 2 merged of 2"
      ])
      assert.deepStrictEqual(points(yield* burndown({ batchChangeId, from: at(25), to: at(49), every: "12 hours" })), [
        "25: 1 unpublished, 1 open of 2",
        "37: 2 open of 2",
        "49: 1 open, 1 merged of 2"
      ])
    })
  )

  it.effect("is empty before anything has happened", () =>
    Effect.gen(function* () {
      const { batchChangeId } = yield* scene(1)
      assert.deepStrictEqual(yield* burndown({ batchChangeId }), [])
    })
  )

  it.effect("has at most 1,000 points, however short the interval is", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(1)
      yield* tell(life(ids[0]!, batchChangeId, [0, 1, 2]))
      const found = yield* burndown({ batchChangeId, to: at(24 * 365), every: "1 minute" })
      assert.strictEqual(found.length, 1000)
      assert.deepStrictEqual(found.at(-1)!.at, at(24 * 365))
      assert.strictEqual(found.at(-1)!.merged, 1)
    })
  )

  it.effect("counts neither what was let go of nor, unless asked, what was put away", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(3)
      const [kept, detached, archived] = ids as [number, number, number]
      for (const id of ids) yield* tell(life(id, batchChangeId, [0, 0, 10]))
      yield* tell([
        { changesetId: detached, kind: "detached", hours: 20, payload: { batchChangeId } },
        { changesetId: archived, kind: "archived", hours: 20, payload: { batchChangeId } },
        // what another batch change does is no matter
        { changesetId: kept, kind: "detached", hours: 20, payload: { batchChangeId: 77 } },
        { changesetId: archived, kind: "reattached", hours: 40, payload: { batchChangeId } }
      ])
      const options = { batchChangeId, from: at(10), to: at(40), every: "10 hours" } as const
      assert.deepStrictEqual(points(yield* burndown(options)), [
        "10: 3 merged of 3",
        "20: 1 merged of 1",
        "30: 1 merged of 1",
        "40: 2 merged of 2"
      ])
      const all = points(yield* burndown({ ...options, archived: true }))
      assert.deepStrictEqual(all.slice(0, 2), ["10: 3 merged of 3", "20: 2 merged of 2"])
    })
  )

  it.effect("knows which of two events came last, although the other's transaction began later", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(1)
      const [changesetId] = ids as [number]
      yield* tell(life(changesetId, batchChangeId, [0, 1, 5]))
      yield* tell([{ changesetId, kind: "deleted", hours: 4, payload: { from: "merged", to: "deleted" } }])
      assert.deepStrictEqual(points(yield* burndown({ batchChangeId, from: at(4), to: at(6), every: "1 hour" })), [
        "4: 1 open of 1",
        "5: 1 deleted of 1",
        "6: 1 deleted of 1"
      ])
    })
  )
})

interface Model {
  state: CountedState | null
  place: "there" | "archived" | "gone" | null
}

/** What a history comes to, one event after the other. */
const replay = (history: ReadonlyArray<Told>, batchChangeId: number, until: number) => {
  const models = new Map<number, Model>()
  for (const { changesetId, hours, kind, payload } of history) {
    if (hours > until) continue
    const model = models.get(changesetId) ?? { state: null, place: null }
    models.set(changesetId, model)
    if (kind === "created") model.state = "unpublished"
    if (payload?.["to"] !== undefined) model.state = payload["to"] as CountedState
    if (payload?.["batchChangeId"] === batchChangeId) {
      model.place = kind === "detached" ? "gone" : kind === "archived" ? "archived" : "there"
    }
  }
  const counts = Object.fromEntries(countedStates.map((state) => [state, 0])) as Record<CountedState, number>
  for (const { place, state } of models.values()) if (place === "there" && state !== null) counts[state]++
  return counts
}

const became = { draft: "draft", open: "published", closed: "closed", merged: "merged", deleted: "deleted" } as const

layer(forge(), { excludeTestServices: true, timeout: "60 seconds" })("a random history", (it) => {
  it.effect("comes to what it comes to one event after the other, at every moment", () =>
    Effect.gen(function* () {
      for (let seed = 1; seed <= 25; seed++) {
        const { among, upTo } = randomly(seed)
        const { batchChangeId, ids } = yield* scene(1 + upTo(6))
        const history: Array<Told> = []
        let hours = 0
        for (const changesetId of ids) {
          history.push({ changesetId, kind: "created", hours })
          history.push({ changesetId, kind: "attached", hours, payload: { batchChangeId } })
        }
        for (let step = 0; step < 40; step++) {
          hours += upTo(5)
          const changesetId = among(ids)
          const state = among(Object.keys(became) as ReadonlyArray<keyof typeof became>)
          history.push(
            among<Told>([
              { changesetId, hours, kind: became[state], payload: { from: null, to: state } },
              { changesetId, hours, kind: "reopened", payload: { from: "closed", to: among(["open", "draft"]) } },
              {
                changesetId,
                hours,
                kind: among(["detached", "archived", "reattached", "attached"]),
                payload: { batchChangeId }
              },
              { changesetId, hours, kind: "detached", payload: { batchChangeId: -1 } },
              { changesetId, hours, kind: among(["checks", "edited", "pushed", "commented"]) }
            ])
          )
        }
        yield* tell(history)
        const found = yield* burndown({ batchChangeId, from: at(0), to: at(hours), every: "7 hours" })
        assert.strictEqual(found.length, Math.ceil(hours / 7) + 1)
        for (const { at: moment, total, ...counts } of found) {
          const wanted = replay(history, batchChangeId, (moment.getTime() - start) / hour)
          assert.deepStrictEqual(counts, wanted, `seed ${seed}, ${moment.toISOString()}`)
          assert.strictEqual(
            total,
            Object.values(wanted).reduce((a, b) => a + b, 0)
          )
        }
      }
    })
  )

  it.effect("of what was seen on hosts comes to what the rows say", () =>
    Effect.gen(function* () {
      for (let seed = 1; seed <= 10; seed++) {
        const { among, upTo } = randomly(seed)
        const { batchChangeId, ids } = yield* scene(8)
        for (const changesetId of ids) {
          yield* recordChangesetEvents([
            { changesetId, kind: "created", key: "" },
            { changesetId, kind: "attached", key: String(batchChangeId), payload: { batchChangeId } }
          ])
        }
        for (let step = 0; step < 60; step++) {
          yield* saveSeen({
            changesetId: among(ids.slice(1)),
            pullRequest: {
              ...seen,
              state: among(["open", "open", "closed", "merged"]),
              draft: among([true, false]),
              archived: among([false, false, true]),
              updatedAt: at(upTo(step + 10))
            }
          })
        }
        const { run } = yield* Database
        const rows = yield* run((db) => db.select().from(changesets).where(eq(changesets.ownerId, batchChangeId)))
        const wanted = Object.fromEntries(countedStates.map((state) => [state, 0])) as Record<CountedState, number>
        for (const { externalState } of rows) wanted[externalState ?? "unpublished"]++
        const { at: _, total, ...counts } = (yield* burndown({ batchChangeId })).at(-1)!
        assert.deepStrictEqual(counts, wanted, `seed ${seed}`)
        assert.strictEqual(total, 8)
      }
    })
  )
})

const seen: HostPullRequest = {
  externalId: "1",
  url: null,
  title: "",
  body: "",
  baseRef: "main",
  headRef: "x",
  baseSha: null,
  headSha: null,
  state: "open",
  draft: false,
  mergeableState: "unknown",
  conflictedPaths: [],
  checkState: "expected",
  reviewState: null,
  labels: [],
  mergeCommitSha: null,
  archived: false,
  updatedAt: at(0)
}

layer(forge(), { excludeTestServices: true })("the numbers of a batch change", (it) => {
  it.effect("say how long a merge takes, the middle and nine of ten, from the first time it was published", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(12)
      for (const [index, id] of ids.slice(0, 11).entries()) yield* tell(life(id, batchChangeId, [0, 1, 2 + index]))
      yield* tell([{ changesetId: ids[0]!, kind: "archived", hours: 90, payload: { batchChangeId } }])
      yield* tell(life(ids[11]!, batchChangeId, [0, 3, 4]).slice(0, 3))
      const { runningMillis, ...times } = yield* mergeTimes({ batchChangeId, archived: false })
      assert.deepStrictEqual(times, { merged: 11, medianMillis: 6 * hour, ninetiethMillis: 10 * hour, mergedOfLate: 0 })
      assert.isAbove(runningMillis!, 0)
    })
  )

  it.effect("say nothing of times where nothing is merged", () =>
    Effect.gen(function* () {
      const { batchChangeId } = yield* scene(1)
      assert.deepStrictEqual(yield* mergeTimes({ batchChangeId, archived: false }), {
        merged: 0,
        medianMillis: null,
        ninetiethMillis: null,
        mergedOfLate: 0,
        runningMillis: null
      })
    })
  )

  it.effect("are there for each repository", () =>
    Effect.gen(function* () {
      const { batchChangeId, ids } = yield* scene(2)
      yield* tell(life(ids[0]!, batchChangeId, [0, 1, 3]))
      yield* tell(life(ids[1]!, batchChangeId, [0, 1, 3]).slice(0, 3))
      const found = yield* progressByRepository({ batchChangeId, archived: false })
      assert.deepStrictEqual(
        found.map(({ medianMillis, merged, open, repository, total }) => ({
          repository,
          merged,
          open,
          total,
          medianMillis
        })),
        [
          { repository: `acme/${ids[0]}`, merged: 1, open: 0, total: 1, medianMillis: 2 * hour },
          { repository: `acme/${ids[1]}`, merged: 0, open: 1, total: 1, medianMillis: null }
        ]
      )
      const one = yield* burndown({ batchChangeId, repositoryId: ids[1]!, to: at(3) })
      assert.deepStrictEqual(points(one), ["0: 1 unpublished of 1", "3: 1 open of 1"])
    })
  )
})

describe("a forecast", () => {
  const day = 24 * hour
  for (const [what, remaining, mergedOfLate, runningMillis, mergedPerDay, doneInMillis] of [
    ["goes on at the pace of the last week", 14, 7, 30 * day, 1, 14 * day],
    ["of one that is younger goes by its own time", 6, 6, 2 * day, 3, 2 * day],
    ["of one that is hours old takes a day for its time", 6, 6, 2 * hour, 6, day],
    ["is done where nothing remains", 0, 0, 30 * day, 0, 0],
    ["is unknown where nothing was merged of late", 3, 0, 30 * day, 0, null]
  ] as const) {
    it(`it ${what}`, () => {
      assert.deepStrictEqual(forecast(remaining, { mergedOfLate, runningMillis }), {
        remaining,
        mergedPerDay,
        doneInMillis
      })
    })
  }
})

layer(forge(), { excludeTestServices: true, timeout: "120 seconds" })("among 200,000 events", (it) => {
  it.effect("those of one batch change are found by indexes, and read once", () =>
    Effect.gen(function* () {
      yield* execute("insert into namespaces (id, kind, name) values (1, 'organisation', 'people')")
      yield* execute(
        "insert into repositories (id, name, path) select n, 'a/' || n, '/' from generate_series(1, 1000) n"
      )
      yield* execute(
        "insert into changesets (id, repository_id) select n, 1 + n % 1000 from generate_series(1, 20000) n"
      )
      yield* execute(`
        insert into changeset_events (changeset_id, kind, key, payload, created_at)
        select n, kind, m::text, jsonb_build_object('batchChangeId', n % 100), now() - interval '10 days' + m * interval '1 hour'
        from generate_series(1, 20000) n,
          unnest(array['created','attached','published','checks','checks','reviews','checks','merged','edited','pushed']) with ordinality as k (kind, m)`)
      yield* execute("vacuum analyze")
      for (const query of [
        burndownQuery({ batchChangeId: 7 }, sql`now()`),
        burndownQuery({ batchChangeId: 7, repositoryId: 8 }, sql`now()`),
        mergeTimesQuery({ batchChangeId: 7, archived: false }, sql`now()`),
        byRepositoryQuery({ batchChangeId: 7, archived: false })
      ]) {
        for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
          const plan = yield* planOf(() => query, mode)
          assert.include(plan.indexes, "changeset_events_attached_idx")
          assert.include(plan.indexes, "changeset_events_created_idx")
          assert.isAtMost(plan.buffers, 6_000)
        }
      }
    })
  )
})
