import { Oid } from "@drover/git"
import { assert, describe, it } from "@effect/vitest"
import { assess, type Facts } from "../src/index.ts"
import { mergeMessage } from "../src/merging/mergeMessage.ts"

const tree = Oid.make("a".repeat(40))

const compared = (change: Partial<Extract<Facts, { readonly _tag: "Compared" }>> = {}): Facts => ({
  _tag: "Compared",
  merge: { clean: true, tree },
  distance: { ahead: 2, behind: 0 },
  totals: { additions: 3, deletions: 1, changedFiles: 2, binaryFiles: 1 },
  mergeCommits: false,
  ...change
})

const conflict = { merge: { clean: false, tree, conflictedPaths: ["x"] } } as const
const behind = { distance: { ahead: 1, behind: 4 } }

describe("assess", () => {
  for (const [what, draft, facts, expected] of [
    ["clean", false, compared(), { mergeableState: "clean", mergeable: true, rebaseable: true, commits: 2 }],
    ["behind", false, compared(behind), { mergeableState: "behind", mergeable: true, rebaseable: true, behindBy: 4 }],
    ["dirty", false, compared({ ...conflict, ...behind }), { mergeableState: "dirty", mergeable: false }],
    ["a clean draft", true, compared(), { mergeableState: "draft", mergeable: true }],
    ["a dirty draft", true, compared(conflict), { mergeableState: "draft", mergeable: false }],
    ["merge commits", false, compared({ mergeCommits: true }), { mergeable: true, rebaseable: false }],
    ["a conflict without merge commits", false, compared(conflict), { rebaseable: false }],
    [
      "a draft that cannot be compared",
      true,
      { _tag: "Incomparable", reason: "gone" },
      { mergeableState: "dirty", mergeable: false, mergeableReason: "gone", commits: 0 }
    ]
  ] as const) {
    it(`says so of ${what}`, () => {
      assert.deepInclude(assess(draft, facts), expected)
    })
  }

  it("gives the conflicted paths and the totals as they are", () => {
    const { additions, changedFiles, conflictedPaths, deletions } = assess(false, compared(conflict))

    assert.deepStrictEqual(conflictedPaths, ["x"])
    assert.deepStrictEqual([additions, deletions, changedFiles], [3, 1, 2])
  })
})

describe("mergeMessage", () => {
  const pull = { number: 7, headRef: "feature", title: "Add b" }
  for (const [method, given, expected] of [
    ["merge", {}, "Merge pull request #7 from feature\n\nAdd b\n"],
    ["squash", {}, "Add b (#7)\n"],
    ["merge", { title: "Land b" }, "Land b\n\nAdd b\n"],
    ["merge", { body: "" }, "Merge pull request #7 from feature\n"],
    ["squash", { title: " ", body: "All of it." }, "Add b (#7)\n\nAll of it.\n"]
  ] as const) {
    it(`is ${JSON.stringify(expected)} for ${method} with ${JSON.stringify(given)}`, () => {
      assert.strictEqual(mergeMessage(method, pull, given), expected)
    })
  }
})
