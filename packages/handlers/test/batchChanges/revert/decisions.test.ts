import { type Commit, Oid } from "@drover/git"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { parseBatchSpec } from "../../../src/batchChanges/index.ts"
import { originalsBefore } from "../../../src/batchChanges/revert/copies.ts"
import { decideUndoing, type UndoingFacts } from "../../../src/batchChanges/revert/decideUndoing.ts"
import { fit } from "../../../src/batchChanges/revert/fit.ts"
import { revertName, revertSource } from "../../../src/batchChanges/revert/revertSource.ts"
import type { Undoing } from "../../../src/batchChanges/revert/Undoing.ts"

const oid = (digit: string) => Oid.make(digit.repeat(40))

const merged: UndoingFacts = {
  repository: { name: "acme/shop", archived: false, deleted: false },
  baseRef: "main",
  externalState: "merged",
  mergeCommitSha: oid("a"),
  tip: oid("b"),
  standing: "within",
  before: oid("c"),
  undone: { from: oid("d"), merge: { clean: true, tree: oid("e") } }
}
const { undone: _, ...notTried } = merged

describe("what becomes of a changeset that is to be undone", () => {
  const cases: ReadonlyArray<readonly [string, UndoingFacts, string | undefined]> = [
    ["a clean merge", merged, "undone"],
    ["not tried yet", notTried, undefined],
    [
      "the branch is as it was",
      { ...merged, undone: { from: oid("e"), merge: { clean: true, tree: oid("e") } } },
      "nothing"
    ],
    [
      "a conflict",
      { ...merged, undone: { from: oid("d"), merge: { clean: false, tree: oid("e"), conflictedPaths: ["a"] } } },
      "conflict"
    ],
    ["open", { ...merged, externalState: "open" }, "unmerged"],
    ["not published", { ...merged, externalState: null }, "unmerged"],
    [
      "an open one of a deleted repository",
      { ...merged, externalState: "open", repository: { ...merged.repository, deleted: true } },
      "unmerged"
    ],
    ["archived", { ...merged, repository: { ...merged.repository, archived: true } }, "impossible"],
    ["deleted", { ...merged, repository: { ...merged.repository, deleted: true } }, "impossible"],
    ["no commit is known", { ...merged, mergeCommitSha: null }, "impossible"],
    ["no such branch", { ...notTried, tip: null }, "impossible"],
    ["no such commit", { ...notTried, standing: "missing" }, "impossible"],
    ["rewritten", { ...notTried, standing: "outside" }, "nothing"],
    ["nobody knows what was before", { ...notTried, before: null }, "impossible"]
  ]
  it.each(cases)("%s", (_name, facts, fate) => {
    const decided = decideUndoing(facts)
    assert.strictEqual(decided?.fate, fate)
    if (decided !== undefined) assert.strictEqual(decided.why === null, fate === "undone")
    assert.deepStrictEqual(decided?.conflictedPaths ?? [], fate === "conflict" ? ["a"] : [])
  })
})

describe("the copies of commits that a rebase makes", () => {
  const said = (message: string, at = 0): Pick<Commit, "author" | "message"> => ({
    message,
    author: { name: "Eve", email: "eve@drover.invalid", at: DateTime.makeUnsafe(at) }
  })
  const originals = [said("one"), said("two"), said("three")]
  it("are found from the last to the first, past those that the base had already", () => {
    assert.strictEqual(originalsBefore(said("three\n"), originals)?.length, 2)
    assert.strictEqual(originalsBefore(said("two"), originals)?.length, 1)
    assert.strictEqual(originalsBefore(said("one"), originals)?.length, 0)
  })
  it("say the same, of the same time", () => {
    assert.isUndefined(originalsBefore(said("one, two and three"), originals))
    assert.isUndefined(originalsBefore(said("one", 1000), originals))
  })
})

describe("the spec that undoes", () => {
  const undone = { id: 7, namespace: "mia", name: "round-cents" }
  const read = (diffs: Parameters<typeof revertSource>[0]["diffs"]) =>
    Effect.runSync(parseBatchSpec(revertSource({ name: revertName(undone.name), undone, diffs })))

  it("has the diffs as they are, whatever is in them", () => {
    const diff =
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b: "c" # ${{ d }}\u001B\u2028\uFEFF\u{1F389}\n \n\n'
    const plain = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a \n+\tb: ${{ c }}\n \n"
    const spec = read([
      { repository: "acme/shop", branch: "main", diff },
      { repository: "acme/docs", branch: "main", diff: plain }
    ])
    assert.deepStrictEqual(
      spec.diffs?.map((one) => one.diff),
      [diff, plain]
    )
    assert.strictEqual(spec.changesetTemplate?.branch, "drover/revert-round-cents")
  })

  it("proposes to each branch of a repository on a branch of its own", () => {
    const diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    const of = (branch: string) => ({ repository: "acme/shop", branch, diff })
    assert.strictEqual(
      read([of("main"), of("v2")]).changesetTemplate?.branch,
      "drover/revert-round-cents-${{ repository.branch }}"
    )
  })

  it("has a name that is no longer than one may be", () => {
    assert.strictEqual(revertName("x".repeat(100)).length, 100)
  })

  it("is no longer than one may be: what does not go in is told", () => {
    const told = { fate: "undone", why: null } as Undoing
    const unmerged = { fate: "unmerged", why: "it is open, not merged" } as Undoing
    const part = (size: number) => ({
      repository: "acme/shop",
      branch: "main",
      diff: "x".repeat(size * 1024 * 1024),
      changesets: [told, unmerged]
    })
    const parts = fit([part(3), part(2), part(0.5)])
    assert.deepStrictEqual(
      parts.map(({ changesets, diff }) => [diff === undefined, ...changesets.map(({ fate }) => fate)]),
      [
        [false, "undone", "unmerged"],
        [true, "impossible", "unmerged"],
        [false, "undone", "unmerged"]
      ]
    )
  })
})
