import { Database } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { boundaries, type Boundary } from "../../../src/batchChanges/bulk/TellBoundary.ts"
import { type BulkOperation, BulkStore, createBulkOperation } from "../../../src/batchChanges/index.ts"
import { changesetJobs, findPullRequest, listComments } from "../../../src/index.ts"
import { toldInWords } from "../../support/actors.ts"
import { batchChange, changesetRow } from "../../support/batchChanges.ts"
import { happened, jobOf, work } from "../../support/bulk.ts"
import { ask } from "../../support/history.ts"
import { localBulk, localChangeset, localRepository } from "../../support/localBulk.ts"

/** A bulk processor in a process of its own, until it is killed at the boundary. */
const dyingWorker = (url: string, boundary: Boundary) =>
  Effect.promise(async () => {
    const script = fileURLToPath(new URL("fixtures/dyingWorker.ts", import.meta.url))
    const child = spawn(process.execPath, [script, url, boundary], { stdio: ["ignore", "ignore", "inherit"] })
    const [, signal] = (await once(child, "exit")) as [number | null, string | null]
    return signal
  })

/** The heartbeats have stopped, and the resetter sees it. */
const bury = Effect.gen(function* () {
  const store = yield* BulkStore
  yield* Database.use(({ run }) =>
    run((db) =>
      db
        .update(changesetJobs)
        .set({ lastHeartbeatAt: sql`statement_timestamp() - interval '1 hour'` })
        .where(eq(changesetJobs.state, "processing"))
    )
  )
  yield* store.resetStalled
})

const operations: ReadonlyArray<BulkOperation> = [
  { type: "merge", method: "merge" },
  { type: "close" },
  { type: "comment", message: "Hello" }
]

layer(localBulk(), { excludeTestServices: true, timeout: "60 seconds" })("A bulk job on the forge", (it) => {
  for (const boundary of boundaries) {
    for (const operation of operations) {
      it.effect(
        `of type ${operation.type}, whose worker is killed at "${boundary}", is done once`,
        () =>
          Effect.gen(function* () {
            const { url } = yield* TestDatabase
            const { id: batchChangeId, member } = yield* batchChange()
            const repository = yield* localRepository(
              { userId: member, role: "write" },
              { on: "main", from: null, files: { start: "" } },
              { on: "topic", from: "main", files: { topic: "" } }
            )
            const { id: changesetId, pullRequestId } = yield* localChangeset(batchChangeId, repository, "topic")
            const { id } = yield* createBulkOperation({
              batchChangeId,
              changesetIds: [changesetId],
              operation,
              actorId: member
            })
            assert.strictEqual(yield* dyingWorker(url, boundary), "SIGKILL")
            assert.strictEqual((yield* jobOf(id)).state, boundary === "recorded" ? "completed" : "processing")
            yield* bury
            yield* work

            const done = boundary === "recorded" ? { attempt: 1, numResets: 0 } : { attempt: 2, numResets: 1 }
            assert.deepInclude(yield* jobOf(id), { state: "completed", numFailures: 0, ...done })
            const merged = operation.type === "merge"
            const closed = operation.type === "close"
            const comments = yield* listComments({ pullRequestId })
            assert.lengthOf(comments, operation.type === "comment" ? 1 : 0)
            const told = yield* toldInWords(pullRequestId)
            assert.lengthOf(
              told.filter((line) => line === `closed by ${member}`),
              merged || closed ? 1 : 0
            )
            const pull = yield* findPullRequest(pullRequestId)
            const state = merged ? "merged" : closed ? "closed" : "open"
            assert.strictEqual(pull?.state, state)
            assert.deepInclude(yield* changesetRow(changesetId), {
              externalState: state,
              mergeCommitSha: pull?.mergeCommitSha ?? null
            })
            assert.deepStrictEqual(yield* happened(changesetId), [
              `${merged ? "merged" : closed ? "closed" : "commented"} by ${member}`
            ])
            const landed = (yield* ask(repository.path, "rev-list", "--first-parent", "main")).split("\n")
            assert.lengthOf(landed, merged ? 2 : 1)
          }),
        60_000
      )
    }
  }
})
