/** Batch specs that are ready to be applied, made row by row. */
import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { applyBatchSpec, type ApplyBatchSpec, listChangesets } from "../../../src/batchChanges/index.ts"
import { setRole } from "../../../src/index.ts"
import { batchSpecs } from "../../../src/schema/batchChanges.ts"
import { changesetSpecs } from "../../../src/schema/batchSpecs.ts"
import { changesets } from "../../../src/schema/changesets.ts"
import { namespaces } from "../../../src/schema/namespaces.ts"
import { users } from "../../../src/schema/users.ts"
import { importSpec, repository, spec, type World } from "./world.ts"

let made = 0

/** Somebody with a namespace of their own, who may write in the repositories. */
export const maker = Effect.fnUntraced(function* (...repositories: ReadonlyArray<Pick<World, "id">>) {
  const { run } = yield* Database
  const login = `applier-${made++}`
  const [user] = yield* run((db) => db.insert(users).values({ login }).returning())
  const [namespace] = yield* run((db) =>
    db.insert(namespaces).values({ kind: "user", name: login, userId: user!.id }).returning()
  )
  yield* Effect.forEach(repositories, ({ id }) => setRole({ repositoryId: id, userId: user!.id, role: "write" }))
  return { id: user!.id, login, namespaceId: namespace!.id }
})

export type Maker = Effect.Success<ReturnType<typeof maker>>

type Change = NonNullable<Parameters<typeof spec>[1]>

/** A changeset of a batch spec: of a branch, or of a pull request. */
export type Wanted = readonly [at: Pick<World, "base" | "id">, change: Change | { readonly pull: string }]

/** Gives its id, and those of its changeset specs. */
export const batchSpec = Effect.fnUntraced(function* (
  by: Maker,
  wanted: ReadonlyArray<Wanted>,
  columns: Partial<typeof batchSpecs.$inferInsert> = {},
  name = "upgrade"
) {
  const { run } = yield* Database
  const [row] = yield* run((db) =>
    db
      .insert(batchSpecs)
      .values({
        namespaceId: by.namespaceId,
        creatorId: by.id,
        source: "",
        spec: { name, description: "All of it" },
        resolvedAt: new Date(0),
        completedAt: new Date(0),
        ...columns
      })
      .returning()
  )
  const batchSpecId = row!.id
  const specIds = yield* Effect.forEach(wanted, ([at, change]) =>
    Effect.map(
      "pull" in change
        ? Effect.tap(importSpec(at, change.pull), ({ id }) => attach(id, batchSpecId))
        : spec(at, { ...change, batchSpecId }),
      ({ id }) => id
    )
  )
  return { batchSpecId, specIds }
})

const attach = (id: number, batchSpecId: number) =>
  Database.use(({ run }) =>
    run((db) => db.update(changesetSpecs).set({ batchSpecId }).where(eq(changesetSpecs.id, id)))
  )

/** Applies, as its maker, a batch spec with these changesets. */
export const applyOf = Effect.fnUntraced(function* (
  by: Maker,
  wanted: ReadonlyArray<Wanted>,
  options: Partial<ApplyBatchSpec> = {}
) {
  const { batchSpecId } = yield* batchSpec(by, wanted)
  return yield* applyBatchSpec({ batchSpecId, actorId: by.id, ...options })
})

/** The rows of all changesets of a repository, the oldest first. */
export const changesetsOf = ({ id }: Pick<World, "id">) =>
  Database.use(({ run }) =>
    run((db) => db.select().from(changesets).where(eq(changesets.repositoryId, id)).orderBy(asc(changesets.id)))
  )

export const theChangeset = (at: Pick<World, "id">) => Effect.map(changesetsOf(at), (rows) => rows[0]!)

/** A repository, and somebody who may write there. */
export const place = Effect.gen(function* () {
  const at = yield* repository()
  return { at, by: yield* maker(at) }
})

export const listed = (batchChangeId: number) =>
  Effect.map(listChangesets({ batchChangeId }), ({ changesets: rows }) => rows.map(({ id }) => id))
