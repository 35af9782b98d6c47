import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { hostname } from "node:os"
import { InvalidOptions, type Worker } from "../../src/index.ts"
import { resolveSettings } from "../../src/worker/settings.ts"

const store = { name: "thumbnails", stalledMaxAge: Duration.seconds(60) }

const refused: ReadonlyArray<readonly [settings: Worker.WorkerSettings, message: string]> = [
  [{ name: "" }, "worker: `name` must not be empty"],
  [{ concurrency: 0 }, "thumbnails: `concurrency` must be a whole number from 1, but is 0"],
  [{ concurrency: 1.5 }, "thumbnails: `concurrency` must be a whole number from 1, but is 1.5"],
  [{ concurrency: Number.NaN }, "thumbnails: `concurrency` must be a whole number from 1, but is NaN"],
  [{ numTotalJobs: 0 }, "thumbnails: `numTotalJobs` must be a whole number from 1, but is 0"],
  [{ interval: 0 }, "thumbnails: `interval` must be at least one millisecond, but is 0"],
  [{ interval: "often" as never }, 'thumbnails: `interval` must be a duration such as "5 seconds", but is often'],
  [{ heartbeatInterval: -1 }, "thumbnails: `heartbeatInterval` must be at least one millisecond, but is -1ms"],
  [
    { heartbeatInterval: "30 seconds" },
    "thumbnails: `heartbeatInterval` must be less than half the store's stalledMaxAge (1m), so that one lost heartbeat loses no lease"
  ],
  [{ maximumRuntimePerJob: 0 }, "thumbnails: `maximumRuntimePerJob` must be at least one millisecond, but is 0"],
  [{ maxActiveTime: 0 }, "thumbnails: `maxActiveTime` must be at least one millisecond, but is 0"],
  [
    { drainTimeout: "later" as never },
    'thumbnails: `drainTimeout` must be a duration of zero or more, such as "30 seconds", but is "later"'
  ],
  [
    { drainTimeout: -5 },
    'thumbnails: `drainTimeout` must be a duration of zero or more, such as "30 seconds", but is -5'
  ],
  [{ resetInterval: 0 }, "thumbnails: `resetInterval` must be at least one millisecond, but is 0"],
  [{ name: "w", concurrency: -1 }, "w: `concurrency` must be a whole number from 1, but is -1"]
]

describe("The settings of a worker", () => {
  for (const [settings, message] of refused) {
    it(`refuse ${JSON.stringify(settings)}`, () => {
      try {
        resolveSettings(settings, store)
      } catch (thrown) {
        assert.instanceOf(thrown, InvalidOptions)
        assert.strictEqual(thrown.message, message)
        return
      }
      assert.fail("nothing was refused")
    })
  }

  it("have defaults, in proportion to the store's stalledMaxAge", () => {
    assert.deepStrictEqual(resolveSettings({}, store), {
      name: "thumbnails",
      workerHostname: `${hostname()}:${process.pid}`,
      ownership: "lease",
      concurrency: 10,
      batchSize: 1,
      prefetch: 1000,
      prefetchWait: Duration.millis(250),
      interval: Duration.seconds(1),
      wakeUp: "notify",
      heartbeatInterval: Duration.seconds(15),
      maximumRuntimePerJob: undefined,
      numTotalJobs: Infinity,
      maxActiveTime: undefined,
      drainTimeout: Duration.seconds(30),
      resetInterval: Duration.seconds(20)
    })
  })

  it("take a drain that gives back at once, and one that waits for ever", () => {
    assert.deepStrictEqual(resolveSettings({ drainTimeout: 0 }, store).drainTimeout, Duration.zero)
    assert.deepStrictEqual(resolveSettings({ drainTimeout: "Infinity" }, store).drainTimeout, Duration.infinity)
  })

  it("leave the resetter out where another process resets", () => {
    assert.isUndefined(resolveSettings({ resetInterval: false }, store).resetInterval)
  })
})
