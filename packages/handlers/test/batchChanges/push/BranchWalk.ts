/**
 * A branch on which Drover and people work at random, and Drover dies at random, as far as `decidePush` sees it: commits
 * and their parents, without files.
 */
import { decidePush, type Left, type PushDecision } from "../../../src/batchChanges/push/decidePush.ts"
import { leftOf } from "../../../src/batchChanges/push/readLeft.ts"
import type { PushIntent } from "../../../src/batchChanges/push/PushIntent.ts"
import { randomly } from "../../support/randomly.ts"

type Commit = string

export interface Pushed {
  readonly decision: PushDecision
  readonly before: Commit | null
  readonly after: Commit | null
}

export class BranchWalk {
  tip: Commit | null = null
  readonly #parents = new Map<Commit, Commit | null>([["base", null]])
  readonly #random: ReturnType<typeof randomly>
  readonly #intents: Array<PushIntent> = []
  #row: { builtSha: Commit | null; pushedSha: Commit | null } = { builtSha: null, pushedSha: null }
  #spec = 0
  #made = 0

  constructor(seed: number) {
    this.#random = randomly(seed)
  }

  /** What is wanted now. */
  get built(): Commit {
    return `B${this.#spec}`
  }

  /** A commit, and all before it. */
  history(commit: Commit | null): ReadonlySet<Commit> {
    const found = new Set<Commit>()
    for (let at = commit; at !== null; at = this.#parents.get(at) ?? null) found.add(at)
    return found
  }

  newSpec(): void {
    this.#spec++
  }

  /** Somebody does something to the branch; `rewrite`: also what takes commits off it. */
  person(rewrite: boolean): void {
    const deed = this.#random.upTo(rewrite ? 5 : 2)
    if (this.tip === null) return
    if (deed < 2) this.tip = this.#commit(`H${this.#made}`, this.tip)
    else if (deed === 2) this.tip = this.#random.among([...this.history(this.tip)])
    else if (deed === 3) this.tip = this.#commit(`H${this.#made}`, "base")
    else this.tip = null
  }

  /** Drover looks and pushes, and perhaps dies before, or after, or before it has written down what it did. */
  drover(mayDie: boolean): Pushed {
    const { built, tip } = this
    this.#parents.set(built, "base")
    const left = leftOf(this.#intents.toReversed(), this.#row)
    const decision = decidePush({ tip, built, left, under: this.#under([...left, { commit: built, built }]) })
    const before = this.tip
    const life = mayDie ? this.#random.upTo(4) : 3
    if (decision._tag === "attention") return { decision, before, after: before }
    if (decision._tag === "upToDate") {
      if (life === 3) this.#row = { builtSha: built, pushedSha: decision.pushed }
      return { decision, before, after: before }
    }
    const commit = decision._tag === "reapply" ? this.#commit(`R${this.#made}`, tip) : built
    if (life > 0) this.#intents.push({ commit, expected: tip, built })
    if (life > 1) this.tip = commit
    if (life > 2) this.#row = { builtSha: built, pushedSha: commit }
    return { decision, before, after: this.tip }
  }

  #under(left: ReadonlyArray<Left>): Left | undefined {
    for (const commit of this.history(this.tip)) {
      const found = left.find((one) => one.commit === commit)
      if (found !== undefined) return found
    }
    return undefined
  }

  #commit(name: Commit, parent: Commit | null): Commit {
    this.#made++
    this.#parents.set(name, parent)
    return name
  }
}
