import { assert, describe, it } from "@effect/vitest"
import type { WorkState } from "@drover/core"
import { summarise } from "../../../src/batchChanges/bulk/summarise.ts"

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))

const counted = (some: Partial<Record<WorkState, readonly [count: number, minute: number | null]>>) =>
  Object.entries(some).map(([state, [count, minute]]) => ({
    state: state as WorkState,
    count,
    finishedAt: minute === null ? null : at(minute)
  }))

describe("Of a bulk operation is said that", () => {
  for (const [what, some, expected] of [
    [
      "is being processed while a job waits",
      { queued: [1, null], completed: [3, 4] },
      { state: "processing", progress: 0.75, finishedAt: null }
    ],
    [
      "is being processed while a job is tried again, whatever failed",
      { errored: [1, 3], failed: [1, 4] },
      { state: "processing", progress: 0.5, finishedAt: null }
    ],
    ["is being processed while a job is", { processing: [1, null] }, { state: "processing", progress: 0 }],
    [
      "has failed when all is done and a job failed, whatever was canceled",
      { failed: [1, 2], completed: [2, 9], canceled: [1, 5] },
      { state: "failed", progress: 1, total: 4, finishedAt: at(9) }
    ],
    [
      "was canceled when no job failed and one was canceled",
      { canceled: [1, 2], completed: [1, 1] },
      { state: "canceled" }
    ],
    ["is completed when every job is", { completed: [2, 7] }, { state: "completed", progress: 1, finishedAt: at(7) }],
    [
      "is completed when its changesets are all gone",
      {},
      { state: "completed", progress: 1, total: 0, finishedAt: null }
    ]
  ] as ReadonlyArray<readonly [string, Parameters<typeof counted>[0], Partial<ReturnType<typeof summarise>>]>) {
    it(`it ${what}`, () => {
      assert.deepInclude(summarise(counted(some)), expected)
    })
  }

  it("each state has so many jobs", () => {
    assert.deepStrictEqual(summarise(counted({ queued: [2, null], failed: [1, 1] })).counts, {
      queued: 2,
      processing: 0,
      errored: 0,
      failed: 1,
      completed: 0,
      canceled: 0
    })
  })
})
