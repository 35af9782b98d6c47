/** Merges many pull requests into one base at once, each in one of the three ways, while others push to it. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { findPullRequest, mergePullRequest, openPullRequest, registerRepository } from "../../src/index.ts"
import { ask, repositoryOf } from "./history.ts"
import { toldInWords } from "./actors.ts"
import { allJobs, noJobs } from "./queue.ts"

const methods = ["merge", "squash", "rebase"] as const

export const manyMerges = Effect.fnUntraced(function* (count: number) {
  const heads = Array.from({ length: count }, (_, index) => `topic-${String(index).padStart(2, "0")}`)
  const { path } = yield* repositoryOf(
    { on: "main", from: null, files: { start: "" } },
    ...heads.map((on) => ({ on, from: "main", files: { [on]: "" } }))
  )
  const { id: repositoryId } = yield* registerRepository({ name: `acme/many-${count}`, path })
  const pulls = yield* Effect.forEach(heads, (head) =>
    openPullRequest({ repositoryId, title: head, base: "main", head })
  )
  yield* noJobs

  yield* Effect.forEach(
    pulls,
    ({ id }, index) => mergePullRequest({ pullRequestId: id, method: methods[index % methods.length] ?? "merge" }),
    { concurrency: "unbounded" }
  )

  const files = yield* ask(path, "ls-tree", "--name-only", "main")
  assert.deepStrictEqual(files.split("\n"), ["start", ...heads])
  const landed = (yield* ask(path, "rev-list", "--first-parent", "main")).split("\n")
  assert.lengthOf(landed, count + 1)
  const rows = yield* Effect.forEach(pulls, ({ id }) => findPullRequest(id))
  assert.sameMembers(
    rows.map((row) => row?.mergeCommitSha),
    landed.slice(0, -1)
  )
  // each was told of once, in the transaction that wrote it
  for (const { id } of pulls) assert.deepStrictEqual(yield* toldInWords(id), ["opened by null", "closed by null"])
  // whoever was open when another landed was told
  assert.isNotEmpty(yield* allJobs)
})
