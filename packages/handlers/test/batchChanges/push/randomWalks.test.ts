import { assert, describe, it } from "@effect/vitest"
import { randomly } from "../../support/randomly.ts"
import { BranchWalk } from "./BranchWalk.ts"

const WALKS = 3000
const STEPS = 25

const peoples = (commits: ReadonlySet<string>) => [...commits].filter((commit) => commit.startsWith("H"))

describe("whatever people do, and wherever Drover dies", () => {
  it("no push ever takes a commit of theirs off the branch", () => {
    for (let seed = 1; seed <= WALKS; seed++) {
      const walk = new BranchWalk(seed)
      const { upTo } = randomly(seed)
      for (let step = 0; step < STEPS; step++) {
        const turn = upTo(3)
        if (turn === 0) walk.newSpec()
        else if (turn === 1) walk.person(true)
        else {
          const { after, before, decision } = walk.drover(true)
          const kept = walk.history(after)
          for (const commit of peoples(walk.history(before))) {
            assert.isTrue(kept.has(commit), `seed ${seed}: ${decision._tag} from ${before} to ${after} lost ${commit}`)
          }
        }
      }
    }
  })

  it("nobody is asked while people only add commits, and a push that is repeated is done", () => {
    for (let seed = 1; seed <= WALKS; seed++) {
      const walk = new BranchWalk(seed)
      const { upTo } = randomly(seed)
      for (let step = 0; step < STEPS; step++) {
        const turn = upTo(3)
        if (turn === 0) walk.newSpec()
        else if (turn === 1) walk.person(false)
        else assert.notStrictEqual(walk.drover(true).decision._tag, "attention", `seed ${seed}`)
      }
      walk.drover(false)
      const { after, before, decision } = walk.drover(false)
      assert.strictEqual(decision._tag, "upToDate", `seed ${seed}`)
      assert.strictEqual(after, before)
    }
  })

  it("a branch that nobody else touches is one commit, that of the spec alone", () => {
    for (let seed = 1; seed <= WALKS; seed++) {
      const walk = new BranchWalk(seed)
      const { upTo } = randomly(seed)
      for (let step = 0; step < STEPS; step++) {
        if (upTo(2) === 0) walk.newSpec()
        else walk.drover(true)
      }
      walk.drover(false)
      assert.deepStrictEqual([...walk.history(walk.tip)], [walk.built, "base"], `seed ${seed}`)
    }
  })
})
