/**
 * Ends a test run with a plain line: `12 passed, 1 failed`, and `, 2 skipped` after it when some were.
 */
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node"

type Outcome = "passed" | "failed" | "skipped"

export default class CountReporter implements Reporter {
  #runEnded = false

  onInit(): void {
    // A run that could not start, for want of a database perhaps, has no end to report.
    process.once("exit", () => {
      if (!this.#runEnded) console.log("0 passed, 1 failed")
    })
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    this.#runEnded = true
    const count: Record<Outcome, number> = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const tests = Array.from(module.children.allTests(), outcomeOf)
      for (const outcome of tests) count[outcome] += 1
      // A file that could not be loaded, or whose hooks failed after its last test.
      if (!module.ok() && !tests.includes("failed")) count.failed += 1
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ""
    console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
  }
}

/** A test that never ran because a hook before it failed has failed; vitest calls it skipped. */
const outcomeOf = (test: TestCase): Outcome => {
  const { state } = test.result()
  if (state === "passed" || state === "failed") return state
  return test.options.mode === "run" && hasFailed(test.parent) ? "failed" : "skipped"
}

const hasFailed = (parent: TestSuite | TestModule): boolean =>
  parent.errors().length > 0 || (parent.type === "suite" && hasFailed(parent.parent))
