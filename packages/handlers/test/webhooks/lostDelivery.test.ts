import { assert, it } from "@effect/vitest"
import { lostDelivery, MOST_LOST } from "../../src/webhooks/lostDelivery.ts"

it.each([
  { hasJob: true, jobsLost: 0, tag: "Wait" },
  { hasJob: true, jobsLost: MOST_LOST, tag: "Wait" },
  { hasJob: false, jobsLost: 0, tag: "AskAgain" },
  { hasJob: false, jobsLost: MOST_LOST - 1, tag: "AskAgain" },
  { hasJob: false, jobsLost: MOST_LOST, tag: "GiveUp" },
  { hasJob: false, jobsLost: MOST_LOST + 1, tag: "GiveUp" }
])("a pending delivery that has a job ($hasJob) and lost $jobsLost: $tag", ({ tag, ...found }) => {
  assert.strictEqual(lostDelivery(found)._tag, tag)
})
