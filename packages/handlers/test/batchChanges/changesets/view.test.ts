import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Option } from "effect"
import { ReconcilerStore } from "../../../src/batchChanges/changesets/ReconcilerStore.ts"
import { reconcilerChangesets } from "../../../src/schema/changesets.ts"
import { namespaces } from "../../../src/schema/namespaces.ts"
import { execute } from "../../support/plans.ts"
import { batchChange, batchForge, changeset, repository, spec } from "../support/world.ts"

const gone = new Date(0)

const removeNamespace = (id: number) =>
  Database.use(({ run }) => run((db) => db.update(namespaces).set({ deletedAt: gone }).where(eq(namespaces.id, id))))

/** The same batch change, in an organisation. */
const ofOrganisation = Effect.fnUntraced(function* () {
  const { run } = yield* Database
  const made = yield* batchChange()
  yield* run((db) =>
    db.update(namespaces).set({ kind: "organisation", userId: null }).where(eq(namespaces.id, made.namespaceId))
  )
  return made
})

/** A queued changeset of these batch changes, alone in the queue. */
const queuedOf = Effect.fnUntraced(function* (...of: ReadonlyArray<{ readonly id: number }>) {
  yield* execute("truncate changesets cascade")
  const at = yield* repository()
  const current = yield* spec(at)
  const id = yield* changeset({
    repositoryId: at.id,
    ownerId: of[0]?.id ?? null,
    currentSpecId: current.id,
    associations: of.map(({ id: batchChangeId }) => ({ batchChangeId })),
    columns: { reconcilerState: "queued", turn: 1 }
  })
  return { id, repositoryId: at.id }
})

/** What a claim gives, and what the view shows. */
const seen = Effect.gen(function* () {
  const store = yield* ReconcilerStore
  const shown = yield* Database.use(({ run }) =>
    run((db) => db.select({ id: reconcilerChangesets.id }).from(reconcilerChangesets))
  )
  const claim = yield* store.dequeue()
  const taken = Option.match(claim, { onNone: () => [], onSome: ({ id }) => [{ id }] })
  assert.deepStrictEqual(taken, shown)
  return taken.map(({ id }) => id)
})

layer(batchForge(), { excludeTestServices: true })("a queued changeset", (it) => {
  it.effect("of a batch change is worked on, and its claim shows what it is", () =>
    Effect.gen(function* () {
      const made = yield* batchChange()
      const { id, repositoryId } = yield* queuedOf(made)
      const store = yield* ReconcilerStore

      const claim = Option.getOrThrow(yield* store.dequeue())

      assert.deepInclude(claim.record, {
        id,
        repositoryId,
        ownerId: made.id,
        reconcilerState: "processing",
        attempt: 1,
        headRef: "drover/b",
        conflictedPaths: []
      })
    })
  )

  it.effect("of no batch change is not", () =>
    Effect.gen(function* () {
      yield* queuedOf()
      assert.deepStrictEqual(yield* seen, [])
    })
  )

  for (const [whose, make] of [
    ["a user", batchChange],
    ["an organisation", ofOrganisation]
  ] as const) {
    it.effect(`of the namespace of ${whose} is, and is not once that is deleted`, () =>
      Effect.gen(function* () {
        assert.lengthOf(yield* Effect.andThen(queuedOf(yield* make()), seen), 1)
        const made = yield* make()
        yield* queuedOf(made)

        yield* removeNamespace(made.namespaceId)

        assert.deepStrictEqual(yield* seen, [])
      })
    )
  }

  it.effect("of a repository that is deleted is not", () =>
    Effect.gen(function* () {
      const { repositoryId } = yield* queuedOf(yield* batchChange())
      yield* execute(`update repositories set deleted_at = now() where id = ${repositoryId}`)
      assert.deepStrictEqual(yield* seen, [])
    })
  )

  it.effect("of two batch changes is, though the namespace of one is deleted", () =>
    Effect.gen(function* () {
      const made = yield* batchChange()
      const { id } = yield* queuedOf(made, yield* batchChange())

      yield* removeNamespace(made.namespaceId)

      assert.deepStrictEqual(yield* seen, [id])
    })
  )

  it.effect("shows every column of the table", () =>
    Effect.gen(function* () {
      const columns = (name: string) =>
        Effect.map(
          execute(`select column_name from information_schema.columns where table_name = '${name}' order by 1`),
          (rows) => rows.map((row) => row["column_name"])
        )
      assert.deepStrictEqual(yield* columns("reconciler_changesets"), yield* columns("changesets"))
      assert.isAbove((yield* columns("changesets")).length, 40)
    })
  )
})
