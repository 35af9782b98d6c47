/** Batch changes over real repositories of the forge, made row by row, and the reconciler let loose on them. */
import { Database } from "@drover/core"
import { eq, inArray, sql } from "drizzle-orm"
import { Effect, Layer, Option } from "effect"
import { associationsOf } from "../../../src/batchChanges/changesets/associations.ts"
import { enqueueChangesets } from "../../../src/batchChanges/changesets/enqueueChangesets.ts"
import { requireChangeset } from "../../../src/batchChanges/changesets/findChangeset.ts"
import { ReconcilerStore } from "../../../src/batchChanges/changesets/ReconcilerStore.ts"
import { reconcileChangeset } from "../../../src/batchChanges/reconciler/reconcileChangeset.ts"
import { reconcilerWorker } from "../../../src/batchChanges/reconciler/reconcilerWorker.ts"
import { registerRepository } from "../../../src/index.ts"
import { batchChanges } from "../../../src/schema/batchChanges.ts"
import { changesetSpecs } from "../../../src/schema/batchSpecs.ts"
import { changesetAssociations, changesetEvents, changesets, changesetSteps } from "../../../src/schema/changesets.ts"
import { namespaces } from "../../../src/schema/namespaces.ts"
import { pullRequests } from "../../../src/schema/pullRequests.ts"
import { repositories } from "../../../src/schema/repositories.ts"
import { users } from "../../../src/schema/users.ts"
import { forge } from "../../support.ts"
import { type Commit, repositoryOf } from "../../support/history.ts"
import { ControlledHosts } from "./ControlledHosts.ts"

export const batchForge = () =>
  Layer.mergeAll(ControlledHosts.layer, ReconcilerStore.layer).pipe(Layer.provideMerge(forge()))

let worlds = 0

/** Somebody with a namespace of their own, who applied a batch change. */
export const batchChange = Effect.fnUntraced(function* () {
  const { run } = yield* Database
  const login = `maker-${worlds++}`
  const [user] = yield* run((db) => db.insert(users).values({ login }).returning())
  const [namespace] = yield* run((db) =>
    db.insert(namespaces).values({ kind: "user", name: login, userId: user!.id }).returning()
  )
  const [batch] = yield* run((db) =>
    db.insert(batchChanges).values({ namespaceId: namespace!.id, name: "upgrade", creatorId: user!.id }).returning()
  )
  return { ...batch!, userId: user!.id, namespace: login }
})

/** A repository with `main`, and where that is. */
export const repository = Effect.fnUntraced(function* (...more: ReadonlyArray<Commit>) {
  const git = yield* repositoryOf({ on: "main", from: null, files: { "a.txt": "one\n" } }, ...more)
  const registered = yield* registerRepository({ name: `acme/repo-${worlds++}`, path: git.path })
  return { ...registered, git, base: yield* git.tip("main") }
})

export type World = Effect.Success<ReturnType<typeof repository>>

/** Adds a file. */
export const adding = (path: string, content: string) =>
  Buffer.from(
    `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${content}\n`
  )

/** Adds `b.txt` on a branch of its own, and publishes it, unless told otherwise. */
export const spec = Effect.fnUntraced(function* (
  { base, id }: Pick<World, "base" | "id">,
  { content = "two", ...change }: Partial<typeof changesetSpecs.$inferInsert> & { readonly content?: string } = {}
) {
  const { run } = yield* Database
  const diff = adding("b.txt", content)
  const [row] = yield* run((db) =>
    db
      .insert(changesetSpecs)
      .values({
        repositoryId: id,
        kind: "branch",
        title: "Add b",
        body: "It was missing.",
        baseRef: "main",
        headRef: "drover/b",
        baseSha: base,
        diff,
        diffHash: content,
        commitMessage: "Add b",
        authorName: "Ada",
        authorEmail: "ada@drover.invalid",
        published: "true",
        ...change
      })
      .returning()
  )
  return row!
})

export const importSpec = (at: Pick<World, "base" | "id">, externalId: string) =>
  spec(at, { kind: "import", externalId, diff: null, headRef: "", title: "", body: "", baseRef: "", baseSha: "" })

export interface ChangesetOptions {
  readonly repositoryId: number
  readonly currentSpecId: number | null
  /** Defaults to none: it is imported. */
  readonly ownerId?: number | null
  /** Who has it. Defaults to its owner. */
  readonly associations?: ReadonlyArray<Partial<typeof changesetAssociations.$inferInsert> & { batchChangeId: number }>
  readonly columns?: Partial<typeof changesets.$inferInsert>
}

/** Gives its id. It waits for nobody yet. */
export const changeset = Effect.fnUntraced(function* ({
  associations,
  columns = {},
  ownerId = null,
  ...specified
}: ChangesetOptions) {
  const { run } = yield* Database
  const headRef = ownerId === null ? "" : "drover/b"
  const [row] = yield* run((db) =>
    db
      .insert(changesets)
      .values({ ...specified, ownerId, headRef, reconcilerState: "completed", ...columns })
      .returning({ id: changesets.id })
  )
  const all = associations ?? (ownerId === null ? [] : [{ batchChangeId: ownerId }])
  if (all.length > 0) {
    yield* run((db) => db.insert(changesetAssociations).values(all.map((each) => ({ ...each, changesetId: row!.id }))))
  }
  return row!.id
})

/** A repository, a batch change and its changeset, not reconciled yet. */
export const scene = Effect.fnUntraced(function* (
  change: Parameters<typeof spec>[1] = {},
  options: Partial<ChangesetOptions> = {}
) {
  yield* Effect.flatMap(ControlledHosts, ({ reset }) => reset)
  const at = yield* repository()
  const owner = yield* batchChange()
  const current = yield* spec(at, change)
  const id = yield* changeset({ repositoryId: at.id, ownerId: owner.id, currentSpecId: current.id, ...options })
  return { ...at, repositoryId: at.id, id, owner, current }
})

/** The same, brought to what its spec says, and the calls forgotten. */
export const publishedScene = Effect.fnUntraced(function* (...options: Parameters<typeof scene>) {
  const made = yield* scene(...options)
  yield* reconcile(made.id)
  yield* forget
  return made
})

export const forget = Effect.flatMap(ControlledHosts, ({ reset }) => reset)

/** Enqueues the one changeset, while every other that waits goes on waiting. */
export const enqueueAlone = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  yield* run((db) =>
    db
      .update(changesets)
      .set({ processAfter: sql`now() + interval '1 day'` })
      .where(inArray(changesets.reconcilerState, ["queued", "errored"]))
  )
  yield* enqueueChangesets({ changesetIds: [id] })
})

/** Claims the one changeset, which is enqueued for it. */
export const claimOf = Effect.fnUntraced(function* (id: number) {
  yield* enqueueAlone(id)
  const store = yield* ReconcilerStore
  const claim = Option.getOrThrow(yield* store.dequeue())
  if (claim.id !== id) throw new Error(`The changeset ${claim.id} was first, and not ${id}`)
  return claim
})

/** One attempt, as a worker makes it. Dies of what it fails with. */
export const reconcile = (id: number) => Effect.flatMap(claimOf(id), (claim) => Effect.orDie(reconcileChangeset(claim)))

/** One attempt that is to fail: gives why. */
export const failing = (id: number) => Effect.flatMap(claimOf(id), (claim) => Effect.flip(reconcileChangeset(claim)))

export const rowOf = (id: number) => Effect.orDie(requireChangeset(id))

/** Changes a changeset as somebody else would. */
export const alterChangeset = (id: number, columns: Partial<typeof changesets.$inferInsert>) =>
  Database.use(({ run }) => run((db) => db.update(changesets).set(columns).where(eq(changesets.id, id))))

export const alterAssociation = (id: number, columns: Partial<typeof changesetAssociations.$inferInsert>) =>
  Database.use(({ run }) =>
    run((db) => db.update(changesetAssociations).set(columns).where(eq(changesetAssociations.changesetId, id)))
  )

/** Has the changeset brought to another spec the next time. */
export const respec = Effect.fnUntraced(function* (
  { id, ...at }: { readonly id: number; readonly repositoryId: number; readonly base: World["base"] },
  change: Parameters<typeof spec>[1]
) {
  const next = yield* spec({ id: at.repositoryId, base: at.base }, change)
  yield* alterChangeset(id, { currentSpecId: next.id })
  return next
})

/** `detach`, `archive` and `archived` of each batch change that has it. */
export const associated = (id: number) => associationsOf([id])

/** `kind`s, in order. */
export const toldOf = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({ kind: changesetEvents.kind })
          .from(changesetEvents)
          .where(eq(changesetEvents.changesetId, id))
          .orderBy(changesetEvents.id)
      ),
      (rows) => rows.map(({ kind }) => kind)
    )
  )

/** `operation outcome`, in order. */
export const stepsOf = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db.select().from(changesetSteps).where(eq(changesetSteps.changesetId, id)).orderBy(changesetSteps.id)
      ),
      (rows) => rows.map(({ operation, outcome }) => `${operation} ${outcome}`)
    )
  )

/** The pull requests of a repository of the forge, in order. */
export const pullsOf = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(pullRequests)
        .where(eq(pullRequests.repositoryId, repositoryId))
        .orderBy(sql`${pullRequests.number}`)
    )
  )

export const archivedAt = (repositoryId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId))),
      ([row]) => row!.archivedAt
    )
  )

/** Lets a real worker have the changeset, and gives the row once it is out of its hands. */
export const work = Effect.fnUntraced(function* (id: number) {
  yield* enqueueAlone(id)
  const { attempt } = yield* rowOf(id)
  yield* Layer.build(reconcilerWorker({ interval: "20 millis", wakeUp: "poll", numTotalJobs: 1 }))
  return yield* rowOf(id).pipe(
    Effect.repeat({ until: (row) => row.attempt > attempt && row.reconcilerState !== "processing" })
  )
}, Effect.scoped)
