import { type CodeHost, HostUnavailable, PullRequestMissing, RateLimited } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { asc, eq, inArray, sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import { saveSeen } from "../../src/batchChanges/changesets/saveSeen.ts"
import { CodeHosts, hostRepository } from "../../src/batchChanges/host/CodeHosts.ts"
import { makeDue, selectHinted } from "../../src/batchChanges/hooks/hintedChangesets.ts"
import { findHosted } from "../../src/batchChanges/hooks/receiveHostWebhook.ts"
import { selectDue } from "../../src/batchChanges/sync/dueChangesets.ts"
import { changedSince, hearForge } from "../../src/batchChanges/sync/hearForge.ts"
import { syncChangesets } from "../../src/batchChanges/sync/syncChangesets.ts"
import { closePullRequest, createStatus, mergePullRequest, updatePullRequest } from "../../src/index.ts"
import {
  batchChanges,
  changesetAssociations,
  changesetEvents,
  changesets,
  namespaces,
  pullRequests,
  repositories
} from "../../src/schema.ts"
import { forge } from "../support.ts"
import { execute, planOf } from "../support/plans.ts"
import { scene } from "../support/scene.ts"

let made = 0

/** A batch change that has these pull requests of the forge, all seen just now. */
const following = Effect.fnUntraced(function* (
  pulls: ReadonlyArray<{ readonly repositoryId: number; readonly number: number }>,
  { imported = false } = {}
) {
  const { run } = yield* Database
  const [namespace] = yield* run((db) =>
    db
      .insert(namespaces)
      .values({ kind: "organisation", name: `people-${made++}` })
      .returning()
  )
  const [batchChange] = yield* run((db) =>
    db.insert(batchChanges).values({ namespaceId: namespace!.id, name: "x" }).returning()
  )
  const batchChangeId = batchChange!.id
  const hosts = yield* CodeHosts
  return yield* Effect.forEach(pulls, ({ number, repositoryId }) =>
    Effect.gen(function* () {
      const [row] = yield* run((db) =>
        db
          .insert(changesets)
          .values({
            repositoryId,
            ownerId: imported ? null : batchChangeId,
            publication: "published",
            externalId: String(number)
          })
          .returning()
      )
      const changesetId = row!.id
      yield* run((db) => db.insert(changesetAssociations).values({ changesetId, batchChangeId }))
      const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
      const host = yield* hosts.connect({ repository: repository!, subject: { _tag: "ImportedChangeset" } })
      const pullRequest = yield* host.load({ repository: hostRepository(repository!), externalId: String(number) })
      yield* saveSeen({ changesetId, pullRequest })
      return changesetId
    })
  )
})

const pull = Effect.map(scene(), ({ id, opened, repositoryId, tip }) => {
  return { id, repositoryId, number: opened.number, tip }
})

const rowOf = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(changesets).where(eq(changesets.id, id))),
      ([row]) => row!
    )
  )

const eventsOf = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db.select().from(changesetEvents).where(eq(changesetEvents.changesetId, id)).orderBy(asc(changesetEvents.id))
      ),
      (rows) => rows.map(({ kind }) => kind)
    )
  )

/** When they were looked at, and changed, last. */
const looked = (ids: ReadonlyArray<number>, ago: string, changedBefore = "0") =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .update(changesets)
        .set({
          syncedAt: sql`now() - ${ago}::interval`,
          externalUpdatedAt: sql`now() - ${ago}::interval - ${changedBefore}::interval`
        })
        .where(inArray(changesets.id, [...ids]))
    )
  )

/** Forgets what other tests made. */
const alone = Database.use(({ run }) => run((db) => db.delete(changesets)))

const local = CodeHosts.local.pipe(Layer.provideMerge(forge()))

layer(local, { excludeTestServices: true })("a look at pull requests", (it) => {
  it.effect("saves what became of each, and tells it", () =>
    Effect.gen(function* () {
      yield* alone
      const [merged, closed, renamed] = [yield* pull, yield* pull, yield* pull]
      const ids = yield* following([merged, closed, renamed])
      yield* mergePullRequest({ pullRequestId: merged.id, method: "merge" })
      yield* closePullRequest(closed.id)
      yield* updatePullRequest({ pullRequestId: renamed.id, title: "Another" })
      yield* looked(ids, "3 minutes")

      assert.deepStrictEqual(yield* syncChangesets(), { seen: 3, deleted: 0, failed: 0 })

      const rows = yield* Effect.forEach(ids, rowOf)
      assert.deepStrictEqual(
        rows.map(({ externalState }) => externalState),
        ["merged", "closed", "open"]
      )
      assert.strictEqual(rows[2]!.externalTitle, "Another")
      assert.deepStrictEqual(yield* Effect.forEach(ids, eventsOf), [
        ["published", "merged"],
        ["published", "closed"],
        ["published", "edited"]
      ])
    })
  )

  it.effect(
    "passes by what was looked at a moment ago, what is merged, what is being reconciled and what is not there",
    () =>
      Effect.gen(function* () {
        yield* alone
        const pulls = [yield* pull, yield* pull, yield* pull, yield* pull, yield* pull]
        const [, merged, processing, gone] = (yield* following(pulls)) as [number, number, number, number, number]
        yield* looked([merged, processing, gone], "1 day")
        const { run } = yield* Database
        yield* run((db) => db.update(changesets).set({ externalState: "merged" }).where(eq(changesets.id, merged)))
        yield* run((db) =>
          db.update(changesets).set({ reconcilerState: "processing" }).where(eq(changesets.id, processing))
        )
        yield* run((db) =>
          db
            .update(repositories)
            .set({ deletedAt: sql`now()` })
            .where(eq(repositories.id, pulls[3]!.repositoryId))
        )
        assert.deepStrictEqual(yield* syncChangesets(), { seen: 0, deleted: 0, failed: 0 })
      })
  )

  it.effect("takes those first that are due for longest, and no more than it may", () =>
    Effect.gen(function* () {
      yield* alone
      const ids = yield* following([yield* pull, yield* pull, yield* pull])
      const [a, b, c] = ids as [number, number, number]
      yield* looked([a], "10 minutes")
      yield* looked([b], "30 minutes")
      yield* looked([c], "20 minutes")
      yield* syncChangesets({ limit: 2 })
      const fresh = yield* Database.use(({ run }) =>
        run((db) =>
          db
            .select({ id: changesets.id })
            .from(changesets)
            .where(sql`synced_at > now() - interval '1 minute'`)
            .orderBy(changesets.id)
        )
      )
      assert.deepStrictEqual(
        fresh.map(({ id }) => id),
        [b, c]
      )
    })
  )

  for (const [changedBefore, ago, due] of [
    ["0", "119 seconds", false],
    ["0", "121 seconds", true],
    ["1 hour", "5 minutes", false],
    ["1 hour", "7 minutes", true],
    ["300 days", "479 minutes", false],
    ["300 days", "481 minutes", true]
  ] as const) {
    it.effect(`looks at one that changed ${changedBefore} before it was seen ${ago} ago: ${due}`, () =>
      Effect.gen(function* () {
        yield* alone
        const [id] = yield* following([yield* pull])
        yield* looked([id!], ago, changedBefore)
        assert.strictEqual((yield* syncChangesets()).seen, due ? 1 : 0)
      })
    )
  }

  it.effect("is due at once where the forge was heard of: a status, a merge; and not where nothing is new", () =>
    Effect.gen(function* () {
      yield* alone
      const [merged, checked, quiet] = [yield* pull, yield* pull, yield* pull]
      const ids = yield* following([merged, checked, quiet])
      assert.strictEqual(yield* hearForge({ within: "1 hour" }), 0)
      yield* mergePullRequest({ pullRequestId: merged.id, method: "merge" })
      yield* createStatus({
        repositoryId: checked.repositoryId,
        sha: yield* checked.tip("feature"),
        context: "ci",
        state: "failure"
      })
      // what recomputes the pull request after the status comes later, by a job
      yield* Database.use(({ run }) =>
        run((db) =>
          db
            .update(pullRequests)
            .set({ checkRollup: "failure", updatedAt: sql`now()` })
            .where(eq(pullRequests.id, checked.id))
        )
      )
      assert.strictEqual(yield* hearForge({ within: "1 hour" }), 2)
      assert.strictEqual((yield* syncChangesets()).seen, 2)
      assert.strictEqual((yield* rowOf(ids[0]!)).externalState, "merged")
      assert.strictEqual((yield* rowOf(ids[1]!)).checkState, "failure")
      assert.strictEqual(yield* hearForge({ within: "1 hour" }), 0)
    })
  )
})

layer(local, { excludeTestServices: true })("a pull request of which somebody heard while it was looked at", (it) => {
  it.effect("is looked at once more: what was seen may be from before", () =>
    Effect.gen(function* () {
      yield* alone
      const one = yield* pull
      const [id] = (yield* following([one])) as [number]
      yield* looked([id], "1 hour")
      const { run } = yield* Database
      const hint = { branches: [], commits: [], pullRequests: [String(one.number)], repositoryChanged: false }
      let hints = 1
      const hosts = yield* Effect.map(CodeHosts, (there) =>
        CodeHosts.of({
          ...there,
          connect: (options) =>
            Effect.map(there.connect(options), (host): CodeHost => ({
              ...host,
              load: (at) =>
                Effect.tap(host.load(at), () =>
                  hints-- > 0 ? Effect.orDie(run((db) => makeDue(db, one.repositoryId, hint))) : Effect.void
                )
            }))
        })
      )
      const sync = Effect.provideService(syncChangesets(), CodeHosts, hosts)
      assert.strictEqual((yield* sync).seen, 1)
      assert.strictEqual((yield* sync).seen, 1)
      assert.strictEqual((yield* sync).seen, 0)
    })
  )
})

/** The forge, but for pull requests that answer with an error. */
const broken = (errors: ReadonlyMap<number, Parameters<typeof Effect.fail>[0]>, asked: Array<number> = []) =>
  Effect.map(CodeHosts, (hosts) =>
    CodeHosts.of({
      ...hosts,
      connect: (options) =>
        Effect.map(hosts.connect(options), (host): CodeHost => ({
          ...host,
          load: (at) =>
            Effect.suspend(() => {
              asked.push(at.repository.id)
              const error = errors.get(at.repository.id)
              if (error === "defect") throw new Error("a defect")
              return error === undefined ? host.load(at) : Effect.fail(error as never)
            })
        }))
    })
  )

layer(local, { excludeTestServices: true })("a pull request that cannot be read", (it) => {
  const at = { host: "local", repository: "acme/x" }

  it.effect("says why, and holds up no other", () =>
    Effect.gen(function* () {
      yield* alone
      const pulls = [yield* pull, yield* pull, yield* pull]
      const ids = yield* following(pulls)
      yield* looked(ids, "1 hour")
      const hosts = yield* broken(
        new Map<number, unknown>([
          [pulls[0]!.repositoryId, new HostUnavailable({ ...at, explanation: "502" })],
          [pulls[1]!.repositoryId, "defect"]
        ])
      )
      const counts = yield* Effect.provideService(syncChangesets(), CodeHosts, hosts)
      assert.deepStrictEqual(counts, { seen: 1, deleted: 0, failed: 2 })
      const errors = (yield* Effect.forEach(ids, rowOf)).map(({ syncError }) => syncError)
      assert.deepStrictEqual(errors, ["acme/x (local) does not answer as it should: 502", "a defect", null])
      assert.deepStrictEqual(yield* syncChangesets(), { seen: 0, deleted: 0, failed: 0 }, "it waits for its next turn")
      yield* looked(ids, "1 hour")
      yield* syncChangesets()
      assert.deepStrictEqual(
        (yield* Effect.forEach(ids, rowOf)).map(({ syncError }) => syncError),
        [null, null, null]
      )
    })
  )

  it.effect("of a host that wants a rest is the last that is asked for in this run", () =>
    Effect.gen(function* () {
      yield* alone
      const pulls = [yield* pull, yield* pull, yield* pull]
      const ids = yield* following(pulls)
      yield* looked(ids, "1 hour")
      const asked: Array<number> = []
      const limited = new RateLimited({ ...at, retryAfter: 60_000 })
      const hosts = yield* broken(new Map(pulls.map(({ repositoryId }) => [repositoryId, limited])), asked)
      const counts = yield* Effect.provideService(syncChangesets({ concurrency: 1 }), CodeHosts, hosts)
      assert.deepStrictEqual(counts, { seen: 0, deleted: 0, failed: 3 })
      assert.strictEqual(asked.length, 1)
      const errors = new Set((yield* Effect.forEach(ids, rowOf)).map(({ syncError }) => syncError))
      assert.deepStrictEqual([...errors], ["acme/x (local) takes no more requests for 60 seconds"])
    })
  )

  it.effect("because it is gone is written down as deleted, once, and is looked at no more", () =>
    Effect.gen(function* () {
      yield* alone
      const one = yield* pull
      const [id] = (yield* following([one], { imported: true })) as [number]
      yield* looked([id], "1 hour")
      const missing = new PullRequestMissing({ ...at, externalId: "1" })
      const hosts = yield* broken(new Map([[one.repositoryId, missing]]))
      const sync = Effect.provideService(syncChangesets(), CodeHosts, hosts)
      assert.deepStrictEqual(yield* sync, { seen: 0, deleted: 1, failed: 0 })
      yield* looked([id], "1 hour")
      assert.deepStrictEqual(yield* sync, { seen: 0, deleted: 0, failed: 0 })
      assert.strictEqual((yield* rowOf(id)).externalState, "deleted")
      assert.deepStrictEqual(yield* eventsOf(id), ["published", "deleted"])
    })
  )
})

layer(forge(), { excludeTestServices: true, timeout: "60 seconds" })("among 50,000 pull requests", (it) => {
  it.effect("those that are due are found by their index, in its order", () =>
    Effect.gen(function* () {
      yield* execute(
        `insert into repositories (id, name, path, external_service_type, external_service_id, external_name)
        select n, 'a/' || n, '/', 'github', 'https://github.com/', 'a/' || n from generate_series(1, 500) n`
      )
      yield* execute(`
        insert into changesets (repository_id, publication, external_id, external_state, synced_at, external_updated_at)
        select 1 + n % 500, 'published', n::text, 'open', now() - n % 400 * interval '1 minute', now() - n * interval '1 hour'
        from generate_series(1, 50000) n`)
      yield* execute(`
        insert into pull_requests (repository_id, number, title, base_ref, head_ref, updated_at)
        select 1 + n % 500, n, 'x', 'main', 'h' || n, now() - case when n <= 500 then '0' else interval '90 days' end from generate_series(1, 50000) n`)
      yield* execute(`
        insert into events (repository_id, event, payload, created_at)
        select 1 + n % 5, 'push', '{}', now() - n * interval '1 second' from generate_series(1, 20000) n`)
      yield* execute("vacuum analyze")
      for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
        const due = yield* planOf((db) => selectDue(db, sql`now()`, 100), mode)
        assert.deepStrictEqual(due.indexes, ["changesets_sync_due_idx"])
        assert.notInclude(due.scans, "Sort")
        assert.isAtMost(due.buffers, 1500)
        const heard = yield* planOf(() => changedSince(sql`now() - ${"70 seconds"}::interval`), mode)
        assert.include(heard.indexes, "events_created_idx")
        assert.includeMembers(
          ["changesets_repository_idx", "changesets_external_key"],
          heard.indexes.filter((name) => name.startsWith("changesets"))
        )
        assert.isAtMost(heard.buffers, 6000)
        const where = { branches: ["main"], commits: ["abc"], pullRequests: ["7"], repositoryChanged: false }
        const hinted = yield* planOf((db) => selectHinted(db, 7, where), mode)
        assert.includeMembers(["changesets_repository_idx", "changesets_external_key"], hinted.indexes)
        assert.isAtMost(hinted.buffers, 400)
        const github = { externalServiceType: "github", externalServiceId: "https://github.com/" } as const
        const found = yield* planOf((db) => findHosted(db, github, "a/b"), mode)
        assert.deepStrictEqual(found.indexes, ["repositories_external_key"])
        assert.notInclude(heard.scans, "Seq Scan")
      }
    })
  )
})
