import { assert, describe, it } from "@effect/vitest"
import { hostPullRequest } from "../../src/gitlab/hostPullRequest.ts"
import { withDraft, withoutDraft } from "../../src/gitlab/draftTitle.ts"
import type { MergeRequest } from "../../src/gitlab/schemas.ts"

const request: MergeRequest = {
  id: 70,
  iid: 7,
  title: "Fix it",
  source_branch: "fix",
  target_branch: "main",
  sha: "b".repeat(40),
  state: "opened",
  labels: [],
  updated_at: "2026-01-01T00:00:00.000Z"
}
const see = (more: Partial<MergeRequest>, approvals: Parameters<typeof hostPullRequest>[0]["approvals"] = null) =>
  hostPullRequest({ request: { ...request, ...more }, archived: false, baseSha: null, approvals })

describe("A merge request of GitLab's", () => {
  for (const [status, state] of [
    ["mergeable", "clean"],
    ["conflict", "dirty"],
    ["need_rebase", "behind"],
    ["checking", "unknown"],
    ["not_approved", "blocked"],
    ["a_rule_of_next_year", "blocked"]
  ] as const) {
    it(`is ${state} by ${status}`, () => {
      assert.strictEqual(see({ detailed_merge_status: status }).mergeableState, state)
    })
  }

  it("is known by the older status where there is no other, and not at all by none", () => {
    assert.strictEqual(see({ merge_status: "cannot_be_merged" }).mergeableState, "dirty")
    assert.strictEqual(see({}).mergeableState, "unknown")
  })

  it("is unstable where its pipeline failed and may", () => {
    const seen = see({ detailed_merge_status: "mergeable", head_pipeline: { status: "failed" } })
    assert.deepInclude(seen, { mergeableState: "unstable", checkState: "failure" })
  })

  it("waits for a pipeline in a state that nobody has heard of, and expects one where there is none", () => {
    assert.strictEqual(see({ head_pipeline: { status: "meditating" } }).checkState, "pending")
    assert.strictEqual(see({}).checkState, "expected")
  })

  it("is approved by as many as are required, or by anybody where none is", () => {
    assert.strictEqual(
      see({}, { approved: false, approvals_required: 1, approved_by: [] }).reviewState,
      "review_required"
    )
    assert.strictEqual(see({}, { approved: true, approvals_required: 1, approved_by: [{}] }).reviewState, "approved")
    assert.strictEqual(see({}, { approved: true, approvals_required: 0, approved_by: [{}] }).reviewState, "approved")
    assert.isNull(see({}, { approved: true, approvals_required: 0, approved_by: [] }).reviewState)
    assert.strictEqual(see({ detailed_merge_status: "requested_changes" }).reviewState, "changes_requested")
  })

  it("was merged into whichever commit there is", () => {
    const merged = { state: "merged" } as const
    assert.strictEqual(see({ ...merged, merge_commit_sha: "m", squash_commit_sha: "s" }).mergeCommitSha, "m")
    assert.strictEqual(see({ ...merged, squash_commit_sha: "s" }).mergeCommitSha, "s")
    assert.strictEqual(see(merged).mergeCommitSha, request.sha)
    assert.isNull(see({}).mergeCommitSha)
  })

  it("is a draft by its title, which is shown without", () => {
    assert.deepInclude(see({ draft: true, title: "Draft: [Draft] Fix it" }), { draft: true, title: "Fix it" })
    assert.strictEqual(withDraft(withDraft("Fix it")), "Draft: Fix it")
    assert.strictEqual(withoutDraft("Drafting: it"), "Drafting: it")
  })
})
