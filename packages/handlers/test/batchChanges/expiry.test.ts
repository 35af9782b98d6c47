import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber } from "effect"
import { deleteChangesetSpecs, holdUnattached } from "../../src/batchChanges/expiry/expired.ts"
import { type ExpireSpecs, expireSpecs } from "../../src/batchChanges/expiry/expireSpecs.ts"
import {
  batchChanges,
  batchSpecs,
  batchSpecWorkspaces,
  changesets,
  changesetSpecs,
  namespaces,
  repositories
} from "../../src/schema.ts"
import { forge } from "../support.ts"
import { execute } from "../support/plans.ts"

const aged = (days: number) => sql`now() - ${days} * interval '1 day'`

const insert = {
  namespace: (name: string) =>
    Database.use(({ run }) =>
      Effect.map(
        run((db) => db.insert(namespaces).values({ kind: "organisation", name }).returning()),
        ([row]) => row!.id
      )
    ),
  repository: (name: string) =>
    Database.use(({ run }) =>
      Effect.map(
        run((db) =>
          db
            .insert(repositories)
            .values({ name, path: `/${name}` })
            .returning()
        ),
        ([row]) => row!.id
      )
    ),
  batchSpec: (namespaceId: number, days: number, createdFromRaw = false) =>
    Database.use(({ run }) =>
      Effect.map(
        run((db) =>
          db
            .insert(batchSpecs)
            .values({
              namespaceId,
              createdFromRaw,
              source: "name: x",
              spec: { name: "x" } as never,
              createdAt: aged(days) as never,
              completedAt: aged(days) as never
            })
            .returning({ id: batchSpecs.id })
        ),
        ([row]) => row!.id
      )
    ),
  changesetSpec: (repositoryId: number, batchSpecId: number | null, days: number) =>
    Database.use(({ run }) =>
      Effect.map(
        run((db) =>
          db
            .insert(changesetSpecs)
            .values({
              repositoryId,
              batchSpecId,
              kind: "import",
              externalId: "7",
              createdAt: aged(days) as never
            })
            .returning({ id: changesetSpecs.id })
        ),
        ([row]) => row!.id
      )
    ),
  batchChange: (namespaceId: number, name: string, batchSpecId: number) =>
    Database.use(({ run }) =>
      Effect.map(
        run((db) => db.insert(batchChanges).values({ namespaceId, name, batchSpecId }).returning()),
        ([row]) => row!.id
      )
    ),
  changeset: (
    repositoryId: number,
    specs: { readonly currentSpecId?: number | null; readonly previousSpecId?: number | null }
  ) => Database.use(({ run }) => run((db) => db.insert(changesets).values({ repositoryId, ...specs })))
}

/** Whether a spec is there. */
const there = (table: typeof changesetSpecs | typeof batchSpecs, id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.$count(table, eq(table.id, id))),
      (count) => count === 1
    )
  )

let made = 0

const scene = Effect.gen(function* () {
  const n = made++
  return {
    namespaceId: yield* insert.namespace(`people-${n}`),
    repositoryId: yield* insert.repository(`acme/${n}`),
    name: `change-${n}`
  }
})

type Wanted = "keep" | "delete"

interface Row {
  readonly what: string
  readonly days: number
  /** Null: attached to none. */
  readonly spec: { readonly applied: boolean; readonly createdFromRaw?: boolean; readonly days?: number } | null
  readonly of?: "current" | "previous"
  readonly wanted: Wanted
}

/** The table of semantics section 6. Two days, seven days, and those that Drover made itself. */
const rows: ReadonlyArray<Row> = [
  { what: "unattached, under 2 days", days: 1.9, spec: null, wanted: "keep" },
  { what: "unattached, over 2 days", days: 2.1, spec: null, wanted: "delete" },
  { what: "unattached, over 2 days, and a changeset's", days: 2.1, spec: null, of: "current", wanted: "keep" },
  { what: "applied, current", days: 8, spec: { applied: true }, of: "current", wanted: "keep" },
  { what: "applied, only previous", days: 8, spec: { applied: true }, of: "previous", wanted: "keep" },
  { what: "applied, no changeset's", days: 8, spec: { applied: true }, wanted: "keep" },
  { what: "not applied, current all the same", days: 8, spec: { applied: false }, of: "current", wanted: "keep" },
  { what: "not applied, previous all the same", days: 8, spec: { applied: false }, of: "previous", wanted: "keep" },
  { what: "not applied, no changeset's, under 2 days", days: 1.9, spec: { applied: false }, wanted: "keep" },
  { what: "not applied, no changeset's, over 2 days", days: 2.1, spec: { applied: false }, wanted: "keep" },
  { what: "not applied, no changeset's, over 7 days", days: 7.1, spec: { applied: false }, wanted: "delete" },
  { what: "older than its batch spec", days: 8, spec: { applied: false, days: 6.5 }, wanted: "keep" },
  { what: "younger than its batch spec", days: 6.5, spec: { applied: false, days: 8 }, wanted: "keep" },
  { what: "made by Drover, over 7 days", days: 29, spec: { applied: false, createdFromRaw: true }, wanted: "keep" },
  { what: "made by Drover, over 30 days", days: 31, spec: { applied: false, createdFromRaw: true }, wanted: "delete" },
  { what: "made by Drover, applied", days: 31, spec: { applied: true, createdFromRaw: true }, wanted: "keep" }
]

layer(forge(), { excludeTestServices: true })("a changeset spec", (it) => {
  for (const { days, of, spec, wanted, what } of rows) {
    it.effect(`${what}: ${wanted}`, () =>
      Effect.gen(function* () {
        const { name, namespaceId, repositoryId } = yield* scene
        const batchSpecId =
          spec === null ? null : yield* insert.batchSpec(namespaceId, spec.days ?? days, spec.createdFromRaw)
        const id = yield* insert.changesetSpec(repositoryId, batchSpecId, days)
        if (spec?.applied === true) yield* insert.batchChange(namespaceId, name, batchSpecId!)
        if (of !== undefined) yield* insert.changeset(repositoryId, { [`${of}SpecId`]: id })

        yield* expireSpecs()

        assert.strictEqual(yield* there(changesetSpecs, id), wanted === "keep")
        // a batch spec goes in the same run as the last of its changeset specs
        if (batchSpecId !== null) assert.strictEqual(yield* there(batchSpecs, batchSpecId), wanted === "keep")
      })
    )
  }
})

layer(forge(), { excludeTestServices: true })("a batch spec", (it) => {
  it.effect("without changeset specs is deleted after 7 days, and not before", () =>
    Effect.gen(function* () {
      const { namespaceId } = yield* scene
      const young = yield* insert.batchSpec(namespaceId, 6.9)
      const old = yield* insert.batchSpec(namespaceId, 7.1)
      const oldRaw = yield* insert.batchSpec(namespaceId, 7.1, true)
      yield* expireSpecs()
      assert.isTrue(yield* there(batchSpecs, young))
      assert.isFalse(yield* there(batchSpecs, old))
      assert.isFalse(yield* there(batchSpecs, oldRaw))
    })
  )

  it.effect("that another took the place of goes once no changeset needs its changeset specs", () =>
    Effect.gen(function* () {
      const { name, namespaceId, repositoryId } = yield* scene
      const first = yield* insert.batchSpec(namespaceId, 20)
      const kept = yield* insert.changesetSpec(repositoryId, first, 20)
      const left = yield* insert.changesetSpec(repositoryId, first, 20)
      yield* insert.changeset(repositoryId, { previousSpecId: kept })
      const batchChangeId = yield* insert.batchChange(namespaceId, name, first)
      const second = yield* insert.batchSpec(namespaceId, 10)
      yield* Database.use(({ run }) =>
        run((db) => db.update(batchChanges).set({ batchSpecId: second }).where(eq(batchChanges.id, batchChangeId)))
      )
      yield* expireSpecs()
      assert.isFalse(yield* there(changesetSpecs, left))
      assert.isTrue(yield* there(changesetSpecs, kept))
      assert.isTrue(yield* there(batchSpecs, first))

      yield* Database.use(({ run }) => run((db) => db.update(changesets).set({ previousSpecId: null })))
      yield* expireSpecs()
      assert.isFalse(yield* there(batchSpecs, first))
      assert.isTrue(yield* there(batchSpecs, second))
    })
  )

  it.effect("whose steps still run stays, and goes with its workspaces once they do not", () =>
    Effect.gen(function* () {
      const { namespaceId, repositoryId } = yield* scene
      const id = yield* insert.batchSpec(namespaceId, 8, true)
      const { run } = yield* Database
      yield* run((db) =>
        db.insert(batchSpecWorkspaces).values({ batchSpecId: id, repositoryId, branch: "main", baseSha: "a" })
      )
      yield* expireSpecs()
      assert.isTrue(yield* there(batchSpecs, id))
      yield* run((db) => db.update(batchSpecWorkspaces).set({ state: "failed" }))
      yield* expireSpecs()
      assert.isFalse(yield* there(batchSpecs, id))
      assert.strictEqual(yield* run((db) => db.$count(batchSpecWorkspaces)), 0)
    })
  )
})

layer(forge(), { excludeTestServices: true })("a run of the expiry", (it) => {
  it.effect("deletes no more than its limit, and the next one goes on", () =>
    Effect.gen(function* () {
      const { repositoryId } = yield* scene
      yield* Effect.forEach(Array.from({ length: 12 }), () => insert.changesetSpec(repositoryId, null, 3))
      const limits: ExpireSpecs = { batch: 3, limit: 7 }
      assert.deepStrictEqual(yield* expireSpecs(limits), { changesetSpecs: 7, batchSpecs: 0 })
      assert.deepStrictEqual(yield* expireSpecs(limits), { changesetSpecs: 5, batchSpecs: 0 })
    })
  )

  it.effect("ends at a failure in the first step: no batch spec is looked at", () =>
    Effect.gen(function* () {
      const { namespaceId, repositoryId } = yield* scene
      yield* insert.changesetSpec(repositoryId, null, 3)
      const batchSpecId = yield* insert.batchSpec(namespaceId, 8)
      yield* execute(
        `create function no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
         create trigger no before delete on changeset_specs for each row execute function no()`
      )
      yield* Effect.flip(expireSpecs())
      assert.isTrue(yield* there(batchSpecs, batchSpecId))
      yield* execute("drop trigger no on changeset_specs; drop function no")
      assert.deepStrictEqual(yield* expireSpecs(), { changesetSpecs: 1, batchSpecs: 1 })
    })
  )

  it.effect("passes by a spec that somebody is applying", () =>
    Effect.gen(function* () {
      const { name, namespaceId, repositoryId } = yield* scene
      const batchSpecId = yield* insert.batchSpec(namespaceId, 8)
      const id = yield* insert.changesetSpec(repositoryId, batchSpecId, 8)
      const { transaction } = yield* Database
      const applied = yield* Deferred.make<void>()
      const looked = yield* Deferred.make<void>()
      const applying = yield* transaction(
        Effect.gen(function* () {
          yield* insert.changeset(repositoryId, { currentSpecId: id })
          yield* insert.batchChange(namespaceId, name, batchSpecId)
          yield* Deferred.succeed(applied, undefined)
          yield* Deferred.await(looked)
        })
      ).pipe(Effect.forkChild)
      yield* Deferred.await(applied)
      assert.deepStrictEqual(yield* expireSpecs(), { changesetSpecs: 0, batchSpecs: 0 })
      yield* Deferred.succeed(looked, undefined)
      yield* Fiber.join(applying)
      assert.deepStrictEqual(yield* expireSpecs(), { changesetSpecs: 0, batchSpecs: 0 })
      assert.isTrue(yield* there(changesetSpecs, id))
    })
  )

  it.effect("looks again at what it holds: a spec that was attached since it was found stays", () =>
    Effect.gen(function* () {
      const { repositoryId } = yield* scene
      const id = yield* insert.changesetSpec(repositoryId, null, 3)
      const { run } = yield* Database
      const cutoffs = { unattached: aged(2), batchSpec: aged(7), createdFromRaw: aged(30) }
      const found = yield* run((db) => holdUnattached(db, cutoffs, 10))
      assert.deepStrictEqual(found, [{ id }])
      yield* insert.changeset(repositoryId, { currentSpecId: id })
      assert.deepStrictEqual(yield* run((db) => deleteChangesetSpecs(db, [id])), [])
      assert.isTrue(yield* there(changesetSpecs, id))
    })
  )
})
