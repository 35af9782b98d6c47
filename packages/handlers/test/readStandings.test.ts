import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { branchProtections, checkRuns, checkSuites, commitStatuses, pullRequestReviews } from "../src/index.ts"
import { readStanding } from "../src/standing/readStanding.ts"
import { readStandings } from "../src/standing/readStandings.ts"
import { forge } from "./support.ts"
import { people } from "./support/actors.ts"
import { ahead, alter, scene } from "./support/scene.ts"

layer(forge(), { excludeTestServices: true })("where many pull requests stand", (it) => {
  it.effect("is what each is said to be alone", () =>
    Effect.gen(function* () {
      const heads = ["a", "b", "c", "d"]
      const { open, opened, repository, repositoryId } = yield* scene({
        commits: [
          ...ahead,
          { on: "main", files: { CODEOWNERS: "b.txt @nobody\n" } },
          ...heads.map((on) => ({ on, from: "main", files: { [`${on}.txt`]: "x" } }))
        ]
      })
      const { reader, writer } = yield* people(repositoryId)
      const pulls = [opened, ...(yield* Effect.forEach(heads, (head) => open(head)))]
      const { run } = yield* Database
      const protect = { repositoryId, pattern: "main", requiredApprovals: 1, requiredChecks: ["build"] }
      yield* run((db) =>
        db.insert(branchProtections).values({ ...protect, requireCodeOwners: true, dismissStaleApprovals: true })
      )
      const sha = (index: number) => pulls[index]!.headSha!
      const review = (index: number, userId: number, state: "approved" | "changes_requested", second: number) => ({
        pullRequestId: pulls[index]!.id,
        userId,
        state,
        commitSha: sha(index),
        submittedAt: new Date(1_800_000_000_000 + second * 1000)
      })
      yield* run((db) =>
        db
          .insert(pullRequestReviews)
          .values([
            review(0, writer, "changes_requested", 2),
            review(0, writer, "approved", 1),
            review(1, writer, "approved", 1),
            review(2, reader, "approved", 1),
            { ...review(3, writer, "approved", 1), commitSha: sha(0) }
          ])
      )
      const report = (index: number, state: "success" | "failure", context = "build") => ({
        repositoryId,
        sha: sha(index),
        context,
        state
      })
      yield* run((db) =>
        db
          .insert(commitStatuses)
          .values([report(0, "failure"), report(0, "success"), report(1, "success"), report(2, "failure", "lint")])
      )
      const [suite] = yield* run((db) =>
        db
          .insert(checkSuites)
          .values({ repositoryId, headSha: sha(3) })
          .returning()
      )
      const attempt = { suiteId: suite!.id, repositoryId, headSha: sha(3), name: "build" }
      yield* run((db) =>
        db.insert(checkRuns).values([
          { ...attempt, status: "completed", conclusion: "success" },
          { ...attempt, status: "in_progress" }
        ])
      )
      const tips = pulls.map((pull, index) => ({ base: null, head: index === 4 ? null : (pull.headSha as never) }))
      const base = yield* repository.tip("main")
      const asked = pulls.map((pull, index) => ({ pull, tips: { ...tips[index]!, base } }))

      const together = yield* readStandings({ repositoryId, baseRef: "main" }, asked)

      const alone = yield* Effect.forEach(asked, (one) => readStanding(one.pull, one.tips))
      assert.deepStrictEqual(together, alone)
      assert.deepStrictEqual(
        together.map(({ checkRollup, reviewDecision }) => `${reviewDecision} ${checkRollup}`),
        [
          "changes_requested success",
          "approved success",
          "review_required failure",
          "review_required pending",
          "review_required expected"
        ]
      )
    })
  )

  it.effect("is what was kept of each, where nothing protects the base", () =>
    Effect.gen(function* () {
      const { id, repositoryId, row } = yield* scene()
      yield* alter(id, { checkRollup: "pending", reviewDecision: "approved", reviewsCheckedAt: new Date() })
      const pull = yield* row

      const standings = yield* readStandings({ repositoryId, baseRef: "main" }, [
        { pull, tips: { base: null, head: null } }
      ])

      assert.deepStrictEqual(standings, [
        { reviewDecision: "approved", checkRollup: "pending", missing: [], requireUpToDate: false }
      ])
    })
  )
})
