import { assert, describe, it } from "@effect/vitest"
import {
  type CheckReport,
  checkConclusions,
  checkRollup,
  missingChecks,
  reviewDecision,
  type ReviewFacts,
  type SubmittedReview
} from "../../src/index.ts"

const status = (state: "error" | "failure" | "pending" | "success", name = "build"): CheckReport => ({
  _tag: "Status",
  name,
  state
})
const run = (conclusion: (typeof checkConclusions)[number] | null, name = "test"): CheckReport => ({
  _tag: "Run",
  name,
  status: conclusion === null ? "in_progress" : "completed",
  conclusion
})

describe("the rollup of checks", () => {
  for (const [reports, expected] of [
    [[], "expected"],
    [[status("success")], "success"],
    [[status("pending")], "pending"],
    [[status("failure")], "failure"],
    [[status("error")], "error"],
    [[run(null)], "pending"],
    [[{ ...run(null), status: "queued" }], "pending"],
    [[run("success")], "success"],
    [[run("neutral")], "success"],
    [[run("skipped")], "success"],
    [[run("failure")], "failure"],
    [[run("timed_out")], "failure"],
    [[run("startup_failure")], "failure"],
    [[run("action_required")], "error"],
    [[run("cancelled")], "error"],
    [[run("stale")], "error"],
    [[run("success"), status("pending")], "pending"],
    [[run("failure"), status("pending")], "failure"],
    [[run("failure"), status("error"), run("success", "x")], "error"]
  ] as ReadonlyArray<readonly [ReadonlyArray<CheckReport>, string]>) {
    const what = reports.map((each) => (each._tag === "Status" ? each.state : (each.conclusion ?? each.status)))
    it(`of ${what.join(", ") || "nothing"} is ${expected}`, () => {
      assert.strictEqual(checkRollup(reports), expected)
    })
  }

  it("knows every conclusion", () => {
    for (const conclusion of checkConclusions) assert.notStrictEqual(checkRollup([run(conclusion)]), "expected")
  })
})

describe("required checks", () => {
  it("must each have succeeded, others may do as they like", () => {
    const reports = [status("success", "build"), run("skipped", "lint"), run("failure", "optional")]
    assert.deepStrictEqual(missingChecks(["build", "lint"], reports), [])
  })

  it("that have not are named, with what became of them", () => {
    const reports = [status("pending", "a"), run("failure", "b"), status("error", "c"), run("cancelled", "e")]
    assert.deepStrictEqual(missingChecks(["a", "b", "c", "d", "e"], reports), [
      'the check "a" is not done',
      'the check "b" failed',
      'the check "c" ended in an error',
      'the check "d" has not reported',
      'the check "e" ended in an error'
    ])
  })

  it("that are a status and a run must both have succeeded", () => {
    assert.deepStrictEqual(missingChecks(["build"], [status("success", "build"), run("failure", "build")]), [
      'the check "build" failed'
    ])
  })
})

const people = { ada: 1, ben: 2, cy: 3 }
const says = (
  login: keyof typeof people,
  state: SubmittedReview["state"],
  rest: Partial<SubmittedReview> = {}
): SubmittedReview => ({ userId: people[login], login, state, commitSha: "new", mayWrite: true, ...rest })

const free: Omit<ReviewFacts, "reviews"> = {
  head: "new",
  requiredApprovals: 0,
  dismissStaleApprovals: false,
  owned: []
}
const one = { ...free, requiredApprovals: 1 }
const fresh = { ...one, dismissStaleApprovals: true }
const adaOwns = { ...free, owned: [{ owners: ["@ada"], userIds: [1], example: "a.ts" }] }
const stale = { commitSha: "old" }
const reader = { mayWrite: false }

describe("reviews", () => {
  for (const [title, rules, reviews, decision, missing = []] of [
    ["is none where none is required and nobody reviewed", free, [], null],
    ["is none after comments alone", free, [says("ada", "commented")], null],
    ["is approved after an approval", free, [says("ada", "approved")], "approved"],
    ["does not change with a later comment", free, [says("ada", "approved"), says("ada", "commented")], "approved"],
    ["is what the reviewer said last", free, [says("ada", "changes_requested"), says("ada", "approved")], "approved"],
    [
      "is what the reviewer said last, for the worse",
      free,
      [says("ada", "approved"), says("ada", "changes_requested")],
      "changes_requested"
    ],
    [
      "is changes requested however many approve",
      free,
      [says("ada", "changes_requested"), says("ben", "approved"), says("cy", "approved")],
      "changes_requested"
    ],
    ["forgets a verdict that was dismissed", free, [says("ada", "dismissed")], null],
    [
      "forgets what a reviewer said before a dismissed verdict",
      free,
      [says("ada", "approved"), says("ada", "dismissed")],
      null
    ],
    [
      "hears what a reviewer says after a dismissal",
      free,
      [says("ada", "dismissed"), says("ada", "approved")],
      "approved"
    ],
    ["does not count who may only read, for", free, [says("ada", "approved", reader)], null],
    ["does not count who may only read, against", free, [says("ada", "changes_requested", reader)], null],
    [
      "is required where an approval is missing",
      one,
      [],
      "review_required",
      ["1 more approval by somebody with write access"]
    ],
    [
      "is required where only a reader approved",
      one,
      [says("ada", "approved", reader)],
      "review_required",
      ["1 more approval by somebody with write access"]
    ],
    [
      "is required until enough have approved",
      { ...one, requiredApprovals: 3 },
      [says("ada", "approved")],
      "review_required",
      ["2 more approvals by somebody with write access"]
    ],
    [
      "is approved once enough have",
      { ...one, requiredApprovals: 2 },
      [says("ada", "approved"), says("ben", "approved")],
      "approved"
    ],
    [
      "counts a reviewer once",
      { ...one, requiredApprovals: 2 },
      [says("ada", "approved"), says("ada", "approved")],
      "review_required",
      ["1 more approval by somebody with write access"]
    ],
    ["keeps approvals of earlier commits where they may count", one, [says("ada", "approved", stale)], "approved"],
    [
      "drops approvals of earlier commits by policy",
      fresh,
      [says("ada", "approved", stale)],
      "review_required",
      ["1 more approval by somebody with write access (1 of an earlier commit does not count)"]
    ],
    [
      "keeps requested changes though they are of an earlier commit",
      fresh,
      [says("ada", "changes_requested", stale), says("ben", "approved")],
      "changes_requested",
      ["ada requested changes"]
    ],
    [
      "names who blocks and what else is missing",
      one,
      [says("ada", "changes_requested")],
      "changes_requested",
      ["ada requested changes", "1 more approval by somebody with write access"]
    ],
    [
      "lets requested changes pass where no review is required",
      free,
      [says("ada", "changes_requested")],
      "changes_requested"
    ],
    [
      "is required until a code owner approves",
      adaOwns,
      [says("ben", "approved")],
      "review_required",
      ["an approval by a code owner of a.ts: @ada"]
    ],
    ["is approved once a code owner approves", adaOwns, [says("ada", "approved")], "approved"],
    [
      "does not take a code owner's approval of an earlier commit, by policy",
      { ...adaOwns, dismissStaleApprovals: true },
      [says("ada", "approved", stale)],
      "review_required",
      ["an approval by a code owner of a.ts: @ada"]
    ],
    [
      "says when no code owner can approve",
      { ...free, owned: [{ owners: ["@acme/core"], userIds: [], example: "a.ts" }] },
      [],
      "review_required",
      [
        "an approval by a code owner of a.ts, and none of @acme/core is a user who can give it: name one in CODEOWNERS of the base"
      ]
    ]
  ] as ReadonlyArray<
    readonly [
      string,
      Omit<ReviewFacts, "reviews">,
      ReadonlyArray<SubmittedReview>,
      string | null,
      ReadonlyArray<string>?
    ]
  >) {
    it(`the decision ${title}`, () => {
      assert.deepStrictEqual(reviewDecision({ ...rules, reviews }), { decision, missing })
    })
  }
})
