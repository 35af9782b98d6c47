import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { asc, eq } from "drizzle-orm"
import { Effect, Layer } from "effect"
import {
  createBatchSpec,
  listWorkspaces,
  makeChangesetSpecs,
  previewBatchSpec,
  WorkspaceStore
} from "../../src/batchChanges/index.ts"
import { batchSpecs } from "../../src/schema/batchChanges.ts"
import { batchSpecWorkspaces, changesetSpecs } from "../../src/schema/batchSpecs.ts"
import { maker } from "./support/applied.ts"
import { adding, batchForge, repository } from "./support/world.ts"

const withQueue = WorkspaceStore.layer.pipe(Layer.provideMerge(batchForge()))

const template = `
changesetTemplate:
  title: Add b
  branch: drover/b
  commit: { message: Add b }
  published: [{ "*": true }]
`

const indented = (text: Uint8Array) => Buffer.from(text).toString().replaceAll(/^/gmu, "      ")

const stepsIn = (...names: ReadonlyArray<string>) => `name: upgrade
on: [${names.map((name) => `{ repository: ${name} }`).join(", ")}]
steps: [{ run: "true" }]
${template}`

const specsOf = (batchSpecId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(changesetSpecs)
        .where(eq(changesetSpecs.batchSpecId, batchSpecId))
        .orderBy(asc(changesetSpecs.id))
    )
  )
const rowOfSpec = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(batchSpecs).where(eq(batchSpecs.id, id))),
      ([row]) => row!
    )
  )

/** As if the steps had ended so. */
const end = (id: number, columns: Partial<typeof batchSpecWorkspaces.$inferInsert>) =>
  Database.use(({ run }) =>
    run((db) => db.update(batchSpecWorkspaces).set(columns).where(eq(batchSpecWorkspaces.id, id)))
  )

const changed = (path: string, outputs: Readonly<Record<string, unknown>> = {}) => ({
  state: "completed" as const,
  diff: adding(path, "x"),
  result: { steps: [], outputs, changedPaths: { modified: [], added: [path], deleted: [], renamed: [] } }
})

layer(withQueue, { excludeTestServices: true, timeout: "60 seconds" })("a batch spec", (it) => {
  it.effect("that brings its diffs, and imports, can be previewed at once", () =>
    Effect.gen(function* () {
      const at = yield* repository()
      const by = yield* maker(at)
      const source = `name: upgrade
diffs:
  - repository: ${at.name}
    diff: |
${indented(adding("b.txt", "two"))}
importChangesets: [{ repository: ${at.name}, externalIDs: [7, "7", 8] }]
${template}`
      const created = yield* createBatchSpec({ source, namespace: by.login, actorId: by.id })
      assert.deepInclude(created, { workspaces: 1, queued: 0, completed: true })
      const { id } = created.batchSpec
      assert.deepInclude(yield* rowOfSpec(id), { source, createdFromRaw: false, creatorId: by.id, failure: null })
      const specs = yield* specsOf(id)
      assert.deepStrictEqual(
        specs.map(({ externalId, headRef, kind }) => `${kind} ${externalId ?? headRef}`).toSorted(),
        ["branch drover/b", "import 7", "import 8"]
      )
      const branch = specs.find(({ kind }) => kind === "branch")
      assert.deepInclude(branch, {
        title: "Add b",
        baseRef: "main",
        baseSha: at.base,
        additions: 1,
        deletions: 0,
        changedFiles: 1,
        commitMessage: "Add b",
        authorName: by.login,
        published: "true"
      })
      assert.match(branch!.diffHash, /^[0-9a-f]{64}$/u)
      const preview = yield* previewBatchSpec({ batchSpecId: id, actorId: by.id })
      assert.deepStrictEqual(preview.totals.fates, { create: 1, import: 2 })
    })
  )

  it.effect("that runs steps waits for all of them, and makes its changesets once", () =>
    Effect.gen(function* () {
      const [one, two, three] = yield* Effect.all([repository(), repository(), repository()])
      const by = yield* maker(one, two, three)
      const source = stepsIn(one.name, two.name, three.name)
      const { batchSpec, queued } = yield* createBatchSpec({ source, namespace: by.namespaceId, actorId: by.id })
      assert.strictEqual(queued, 3)
      const rows = yield* listWorkspaces({ batchSpecId: batchSpec.id })
      const unfinished = yield* Effect.flip(makeChangesetSpecs(batchSpec.id))
      assert.deepInclude(unfinished, { _tag: "BatchSpecUnfinished", waiting: { queued: 3 } })
      yield* end(rows[0]!.id, changed("b.txt"))
      yield* end(rows[1]!.id, { state: "failed", failureMessage: "make: not found" })
      assert.strictEqual((yield* Effect.flip(makeChangesetSpecs(batchSpec.id)))._tag, "BatchSpecUnfinished")
      // where nothing changed there is nothing to propose
      yield* end(rows[2]!.id, { ...changed("b.txt"), diff: new Uint8Array() })
      const failed = yield* Effect.flip(makeChangesetSpecs(batchSpec.id))
      assert.strictEqual(failed._tag, "BatchSpecFailed")
      assert.include(failed.message, "make: not found")
      assert.include((yield* rowOfSpec(batchSpec.id)).failure, "make: not found")

      yield* end(rows[1]!.id, changed("c.txt"))
      const made = yield* Effect.all([makeChangesetSpecs(batchSpec.id), makeChangesetSpecs(batchSpec.id)], {
        concurrency: 2
      })
      assert.deepStrictEqual(made.map((each) => String(each.made)).toSorted(), ["false", "true"])
      assert.deepStrictEqual(made[0].changesetSpecIds, made[1].changesetSpecIds)
      assert.lengthOf(yield* specsOf(batchSpec.id), 2)
      const row = yield* rowOfSpec(batchSpec.id)
      assert.isNotNull(row.completedAt)
      assert.isNull(row.failure)
    })
  )

  it.effect("of which a part cannot be proposed is not proposed at all, and says all that is wrong", () =>
    Effect.gen(function* () {
      const [good, bad, worse] = yield* Effect.all([repository(), repository(), repository()])
      const by = yield* maker(good, bad, worse)
      const source = stepsIn(good.name, bad.name, worse.name).replace("drover/b", "${{ outputs.branch }}")
      const { batchSpec } = yield* createBatchSpec({ source, namespace: by.login, actorId: by.id })
      const rows = yield* listWorkspaces({ batchSpecId: batchSpec.id })
      const of = (name: string) => rows.find((row) => row.repository === name)!.id
      yield* end(of(good.name), changed("b.txt", { branch: "fine" }))
      yield* end(of(bad.name), changed("b.txt", { branch: "a..b" }))
      yield* end(of(worse.name), changed("b.txt"))
      const error = yield* Effect.flip(makeChangesetSpecs(batchSpec.id))
      assert.strictEqual(error._tag, "BatchSpecFailed")
      assert.include(error.message, `${bad.name}: the branch cannot be "a..b"`)
      assert.include(error.message, `${worse.name}: the branch: there is no \`outputs.branch\``)
      assert.deepStrictEqual(yield* specsOf(batchSpec.id), [])
    })
  )

  it.effect(
    "is refused, and nothing written, where it cannot be read, names what is not there, or is not the actor's to make",
    () =>
      Effect.gen(function* () {
        const at = yield* repository()
        const hidden = yield* repository()
        const by = yield* maker(at)
        const tag = (source: string, namespace = by.login) =>
          Effect.map(Effect.flip(createBatchSpec({ source, namespace, actorId: by.id })), ({ _tag }) => _tag)
        assert.strictEqual(yield* tag("name: [", by.login), "BatchSpecInvalid")
        assert.strictEqual(yield* tag(stepsIn(hidden.name)), "BatchSpecUnresolved")
        assert.strictEqual(yield* tag(stepsIn(at.name), (yield* maker()).login), "NamespaceUnknown")
        const { run } = yield* Database
        const rows = yield* run((db) => db.select().from(batchSpecs).where(eq(batchSpecs.namespaceId, by.namespaceId)))
        assert.deepStrictEqual(rows, [])
        assert.strictEqual((yield* Effect.flip(makeChangesetSpecs(0)))._tag, "BatchSpecUnknown")
      })
  )
})
