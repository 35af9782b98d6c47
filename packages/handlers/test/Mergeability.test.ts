import { Oid } from "@drover/git"
import { assert, describe, it } from "@effect/vitest"
import { assess, type Facts, type Standing } from "../src/index.ts"
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

/** Nothing is required, and nothing was said. */
const free: Standing = { reviewDecision: null, checkRollup: "expected", missing: [], requireUpToDate: false }

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
      assert.deepInclude(assess(draft, facts, free), expected)
    })
  }

  const missing = ["1 more approval", "check build"]
  const blocked = { missing }
  for (const [what, draft, facts, standing, mergeableState, mergeableReason] of [
    ["what is required and missing", false, compared(), blocked, "blocked", "1 more approval; check build"],
    ["that before being behind", false, compared(behind), blocked, "blocked", "1 more approval; check build"],
    ["a conflict before that", false, compared(conflict), blocked, "dirty", null],
    ["a draft before that", true, compared(), blocked, "draft", null],
    [
      "being behind where that is not allowed",
      false,
      compared(behind),
      { requireUpToDate: true },
      "blocked",
      "the head lacks 4 commits of the base"
    ],
    [
      "being behind where that is not allowed, beside what is missing",
      false,
      compared({ distance: { ahead: 1, behind: 1 } }),
      { missing: ["x"], requireUpToDate: true },
      "blocked",
      "x; the head lacks a commit of the base"
    ],
    ["nothing of being up to date", false, compared(), { requireUpToDate: true }, "clean", null],
    ["being behind before a failed check", false, compared(behind), { checkRollup: "failure" }, "behind", null],
    ["a failed check", false, compared(), { checkRollup: "failure" }, "unstable", "a check of the head failed"],
    ["an error", false, compared(), { checkRollup: "error" }, "unstable", "a check of the head ended in an error"],
    ["a check that runs", false, compared(), { checkRollup: "pending" }, "unstable", "checks of the head are not done"],
    ["nothing of checks that passed", false, compared(), { checkRollup: "success" }, "clean", null],
    [
      "nothing of changes that nobody requires",
      false,
      compared(),
      { reviewDecision: "changes_requested" },
      "clean",
      null
    ]
  ] as const) {
    it(`tells ${what}`, () => {
      const assessed = assess(draft, facts, { ...free, ...standing })
      assert.deepInclude(assessed, { mergeableState, mergeableReason })
    })
  }

  it("gives the conflicted paths and the totals as they are", () => {
    const { additions, changedFiles, conflictedPaths, deletions } = assess(false, compared(conflict), free)

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
