import { Database } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { ReconcilerStore } from "../../src/batchChanges/changesets/ReconcilerStore.ts"
import type { Operation } from "../../src/batchChanges/plan/Operation.ts"
import type { Boundary } from "../../src/batchChanges/reconciler/StepBoundary.ts"
import { closePullRequest, openPullRequest } from "../../src/index.ts"
import { changesets } from "../../src/schema/changesets.ts"
import { ask, push } from "../support/history.ts"
import {
  alterChangeset,
  batchChange,
  batchForge,
  changeset,
  enqueueAlone,
  importSpec,
  publishedScene,
  pullsOf,
  repository,
  respec,
  rowOf,
  scene,
  toldOf,
  work
} from "./support/world.ts"

const boundaries: ReadonlyArray<Boundary> = ["before", "begun", "acted", "ended"]

/** Scenarios that are killed at each boundary by itself, too. */
const alone = ["publishing", "updating", "closing"]

/** A reconciler in a process of its own, until it is killed there, or has had its changeset. Gives whether it was killed. */
const dying = (where: string) =>
  Effect.flatMap(TestDatabase, ({ url }) =>
    Effect.promise(async () => {
      const script = fileURLToPath(new URL("fixtures/dyingReconciler.ts", import.meta.url))
      const child = spawn(process.execPath, [script, url, where], { stdio: ["ignore", "ignore", "inherit"] })
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null]
      assert.isTrue(code === 0 || signal === "SIGKILL", `it ended with ${code ?? signal}`)
      return signal === "SIGKILL"
    })
  )

/** The heartbeats of the dead have stopped, and the resetter sees it. */
const bury = (id: number) =>
  Effect.gen(function* () {
    const store = yield* ReconcilerStore
    yield* Database.use(({ run }) =>
      run((db) =>
        db
          .update(changesets)
          .set({ lastHeartbeatAt: sql`statement_timestamp() - interval '1 hour'` })
          .where(and(eq(changesets.id, id), eq(changesets.reconcilerState, "processing")))
      )
    )
    assert.isTrue((yield* store.resetStalled).reset.has(id), "it was not stalled")
  })

interface Made {
  readonly id: number
  readonly path: string
  readonly repositoryId: number
}

interface Scenario {
  readonly steps: ReadonlyArray<Operation>
  readonly make: () => Effect.Effect<Made, unknown, Effect.Services<ReturnType<typeof prepared>>>
  /** Of the one pull request. */
  readonly pull: { readonly state: "open" | "closed" | "merged"; readonly draft?: boolean; readonly title?: string }
  readonly content?: string
  /** What was told of the changeset, in any order. */
  readonly told: ReadonlyArray<string>
}

/** Published, and then something more is wanted of it. */
const prepared = Effect.fnUntraced(function* (
  change: Parameters<typeof scene>[0],
  then: (made: Effect.Success<ReturnType<typeof publishedScene>>) => Effect.Effect<unknown, unknown, Database>
) {
  const made = yield* publishedScene(change)
  yield* then(made)
  return made
})

const theirs = Effect.fnUntraced(function* () {
  const at = yield* repository({ on: "theirs", from: "main", files: { "c.txt": "three\n" } })
  yield* openPullRequest({ repositoryId: at.id, title: "Theirs", base: "main", head: "theirs" })
  const other = yield* batchChange()
  const { id: currentSpecId } = yield* importSpec(at, "1")
  const id = yield* changeset({ repositoryId: at.id, currentSpecId, associations: [{ batchChangeId: other.id }] })
  return { id, path: at.path, repositoryId: at.id }
})

const scenarios: Readonly<Record<string, Scenario>> = {
  publishing: {
    steps: ["push", "publish"],
    make: () => scene(),
    pull: { state: "open", draft: false },
    content: "two",
    told: ["pushed", "published"]
  },
  "publishing a draft": {
    steps: ["publishDraft"],
    make: () => scene({ published: "draft" }),
    pull: { state: "open", draft: true },
    content: "two",
    told: ["pushed", "draft"]
  },
  updating: {
    steps: ["push", "update"],
    make: () => prepared({}, (made) => respec(made, { title: "Another", content: "three" })),
    pull: { state: "open", title: "Another" },
    content: "three",
    told: ["pushed", "published", "pushed", "edited"]
  },
  "pushing on top of what people committed": {
    steps: ["push", "sync"],
    make: () =>
      Effect.tap(
        prepared({}, (made) => respec(made, { content: "three" })),
        ({ path }) => push(path, { on: "drover/b", files: { "theirs.txt": "theirs\n" } })
      ) as ReturnType<Scenario["make"]>,
    pull: { state: "open" },
    content: "three",
    told: ["pushed", "published", "pushed"]
  },
  "marking as ready": {
    steps: ["undraft"],
    make: () => prepared({ published: "draft" }, (made) => respec(made, { published: "true" })),
    pull: { state: "open", draft: false },
    told: ["pushed", "draft", "ready"]
  },
  closing: {
    steps: ["close"],
    make: () => prepared({}, ({ id }) => alterChangeset(id, { closing: true })),
    pull: { state: "closed" },
    told: ["pushed", "published", "closed"]
  },
  reopening: {
    steps: ["reopen"],
    make: () =>
      Effect.tap(publishedScene(), ({ id, repositoryId }) =>
        Effect.gen(function* () {
          const [pull] = yield* pullsOf(repositoryId)
          yield* closePullRequest(pull!.id)
          yield* alterChangeset(id, { externalState: "closed" })
        })
      ) as ReturnType<Scenario["make"]>,
    pull: { state: "open" },
    told: ["pushed", "published", "reopened"]
  },
  importing: {
    steps: ["import"],
    make: () => theirs(),
    pull: { state: "open", title: "Theirs" },
    told: ["published"]
  }
}

/** One branch, one pull request in the right state, and each thing told once. */
const isRight = Effect.fnUntraced(function* ({ id, path, repositoryId }: Made, { content, pull, told }: Scenario) {
  const [only, ...others] = yield* pullsOf(repositoryId)
  assert.deepStrictEqual(others, [])
  assert.deepInclude(only, pull)
  const row = yield* rowOf(id)
  assert.deepInclude(row, { publication: "published", externalId: String(only!.number), closing: false })
  assert.strictEqual(row.externalState, only!.draft ? "draft" : only!.state)
  assert.strictEqual(row.previousSpecId, told.at(-1) === "closed" ? row.previousSpecId : row.currentSpecId)
  assert.deepStrictEqual([...(yield* toldOf(id))].toSorted(), [...told].toSorted())
  const branches = (yield* ask(path, "for-each-ref", "--format=%(refname:short)", "refs/heads")).split("\n")
  assert.deepStrictEqual(branches, [only!.headRef, "main"].toSorted())
  if (content !== undefined) assert.strictEqual(yield* ask(path, "show", "drover/b:b.txt"), content)
})

layer(batchForge(), { excludeTestServices: true, timeout: "120 seconds" })("A reconciler that is killed", (it) => {
  for (const [what, scenario] of Object.entries(scenarios)) {
    // of the others, the loop below passes every boundary
    for (const step of alone.includes(what) ? scenario.steps : []) {
      for (const boundary of boundaries) {
        it.effect(`at "${boundary}" of ${step} while ${what} leaves what another finishes`, () =>
          Effect.gen(function* () {
            const made = yield* scenario.make()
            yield* enqueueAlone(made.id)

            assert.isTrue(yield* dying(`${step}:${boundary}`), "it was not killed")
            yield* bury(made.id)

            assert.deepInclude(yield* work(made.id), { reconcilerState: "completed" })
            yield* isRight(made, scenario)
          })
        )
      }
    }

    it.effect(`again and again, a boundary later each time, while ${what}, comes to its end all the same`, () =>
      Effect.gen(function* () {
        const made = yield* scenario.make()
        yield* enqueueAlone(made.id)
        let deaths = 0

        while (yield* dying(String(deaths + 1))) {
          deaths++
          yield* bury(made.id)
          yield* alterChangeset(made.id, { processAfter: new Date(0) })
        }

        assert.isAtLeast(deaths, 4)
        assert.deepInclude(yield* rowOf(made.id), {
          reconcilerState: "completed",
          attempt: (yield* rowOf(made.id)).attempt,
          numResets: deaths,
          numFailures: 0
        })
        yield* isRight(made, scenario)
      })
    )
  }
})
