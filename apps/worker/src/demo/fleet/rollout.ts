/**
 * One change to the whole fleet, from its spec to merged pull requests, while people and builds get in its way.
 */
import { createBulkOperation, findBulkOperation, listBatchChanges } from "@drover/handlers/batchChanges"
import { Console, Effect, FileSystem, Schedule } from "effect"
import { fileURLToPath } from "node:url"
import { perform } from "../perform.ts"
import type { Stage } from "../Stage.ts"
import { builds, collision, commits, type Interference } from "./interferences.ts"
import { describeOutcome, describeStates, watch } from "./progress.ts"
import { propose } from "./proposal.ts"

const SPEC = fileURLToPath(new URL("../../../../../examples/batch-changes/node-24.yaml", import.meta.url))
const NAME = "node-24"
const BRANCH = "batch/node-24"

/** The second thought, after the first pull requests are there: a smaller image. */
const amended = (source: string) => source.replace("/node:24-alpine/", "/node:24-slim/")

/** What was begun last time is only told of. Needs everything that batch changes do in the background. */
export const rollout = Effect.fnUntraced(function* (stages: ReadonlyArray<Stage>) {
  const [{ ben: applier } = { ben: undefined }] = stages
  if (applier === undefined) return
  const actorId = applier.id
  const known = yield* listBatchChanges({ actorId })
  const before = known.batchChanges.find(({ name }) => name === NAME)
  if (before !== undefined) {
    const changesets = yield* watch({ batchChangeId: before.id, name: NAME })
    return yield* Console.log(`${NAME}: as it was left: ${describeStates(changesets)}`)
  }
  const source = yield* FileSystem.FileSystem.use((files) => files.readFileString(SPEC))
  const happen = interfere(stages)

  const { batchChange } = yield* propose(source, applier)
  const watched = { batchChangeId: batchChange.id, name: NAME }
  yield* watch(watched)
  yield* Effect.forEach(commits(BRANCH), happen, { discard: true })

  yield* Console.log(`${NAME}: ben prefers a smaller image, and applies the spec again`)
  yield* propose(amended(source), applier)
  const proposed = yield* watch(watched)
  yield* happen(collision)
  const open = proposed.filter(({ computedState }) => computedState === "open")
  yield* Effect.forEach(
    builds(
      BRANCH,
      open.map(({ repository }) => repository)
    ),
    happen,
    { discard: true }
  )

  yield* Console.log(`${NAME}: ben merges what can be merged`)
  const { id } = yield* createBulkOperation({
    ...watched,
    matching: {},
    operation: { type: "merge", method: "squash" },
    actorId
  })
  const merging = yield* findBulkOperation({ bulkOperationId: id, actorId }).pipe(
    Effect.repeat({ until: ({ state }) => state !== "processing", schedule: Schedule.spaced("300 millis") })
  )
  yield* Console.log(describeOutcome(NAME, yield* watch(watched), merging))
})

const interfere = (stages: ReadonlyArray<Stage>) =>
  Effect.fnUntraced(function* ({ deed, repository, says }: Interference) {
    const stage = stages.find(({ scene }) => scene.name === repository)
    if (stage === undefined) return
    yield* Console.log(`${repository}: ${says}`)
    yield* perform(stage, deed)
  })
