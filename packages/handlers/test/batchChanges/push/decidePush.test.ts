import { assert, describe, it } from "@effect/vitest"
import { decidePush, type PushDecision, type PushFacts } from "../../../src/batchChanges/push/decidePush.ts"
import { leftOf } from "../../../src/batchChanges/push/readLeft.ts"

const alone = (built: string) => ({ commit: built, built })
const onTop = { commit: "R1", built: "B1" }

const table: ReadonlyArray<readonly [name: string, facts: PushFacts, decision: PushDecision]> = [
  ["there is no branch", { tip: null, built: "B2", left: [alone("B1")] }, { _tag: "create" }],
  ["it was never pushed", { tip: null, built: "B1", left: [] }, { _tag: "create" }],
  ["it was pushed before", { tip: "B1", built: "B1", left: [alone("B1")] }, { _tag: "upToDate", pushed: "B1" }],
  ["it was pushed, and nobody wrote it down", { tip: "B1", built: "B1", left: [] }, { _tag: "upToDate", pushed: "B1" }],
  ["the spec before is there", { tip: "B1", built: "B2", left: [alone("B1")] }, { _tag: "replace" }],
  [
    "a spec from before a crash is there",
    { tip: "B0", built: "B2", left: [alone("B1"), alone("B0")] },
    { _tag: "replace" }
  ],
  [
    "people committed on top of the spec before",
    { tip: "H1", built: "B2", left: [alone("B1")], under: alone("B1") },
    { _tag: "reapply", from: "B1" }
  ],
  [
    "people committed on top of what is wanted",
    { tip: "H1", built: "B1", left: [alone("B1")], under: alone("B1") },
    { _tag: "upToDate", pushed: "B1" }
  ],
  [
    "people committed on top of what is wanted, and nobody wrote down that it was pushed",
    { tip: "H1", built: "B1", left: [], under: alone("B1") },
    { _tag: "upToDate", pushed: "B1" }
  ],
  [
    "what Drover put on top of people's commits is there",
    { tip: "R1", built: "B2", left: [onTop, alone("B1")] },
    { _tag: "reapply", from: "B1" }
  ],
  [
    "what Drover put on top of people's commits is what is wanted",
    { tip: "R1", built: "B1", left: [onTop, alone("B1")] },
    { _tag: "upToDate", pushed: "R1" }
  ],
  [
    "people committed once more",
    { tip: "H2", built: "B2", left: [onTop, alone("B1")], under: onTop },
    { _tag: "reapply", from: "B1" }
  ],
  [
    "people committed once more on what is wanted",
    { tip: "H2", built: "B1", left: [onTop, alone("B1")], under: onTop },
    { _tag: "upToDate", pushed: "R1" }
  ],
  ["people took their commits off again", { tip: "B1", built: "B2", left: [onTop, alone("B1")] }, { _tag: "replace" }],
  ["it was there before", { tip: "H1", built: "B1", left: [] }, { _tag: "attention", problem: "taken" }],
  ["it was rewritten", { tip: "H1", built: "B2", left: [alone("B1")] }, { _tag: "attention", problem: "rewritten" }]
]

describe("what may be done to a branch", () => {
  it.each(table)("is decided where %s", (_, facts, decision) => {
    assert.deepStrictEqual(decidePush(facts), decision)
  })
})

describe("where Drover left a branch", () => {
  const intent = (commit: string, built = commit) => ({ commit, built, expected: null })

  it("is what it was about to do, and what it has written down, each once", () => {
    assert.deepStrictEqual(leftOf([], { builtSha: null, pushedSha: null }), [])
    assert.deepStrictEqual(leftOf([], { builtSha: "B1", pushedSha: null }), [alone("B1")])
    assert.deepStrictEqual(leftOf([intent("B1")], { builtSha: "B1", pushedSha: "B1" }), [alone("B1")])
    assert.deepStrictEqual(leftOf([intent("R2", "B2"), intent("B1")], { builtSha: "B1", pushedSha: "B1" }), [
      { commit: "R2", built: "B2" },
      alone("B1"),
      alone("B2")
    ])
    assert.deepStrictEqual(leftOf([], { builtSha: "B1", pushedSha: "R1" }), [onTop, alone("B1")])
  })
})
