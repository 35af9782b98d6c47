import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { makeBench, type RunningBench } from "../src/makeBench.ts"
import { readOptions } from "../src/options.ts"
import { runSteps } from "../src/runSteps.ts"
import { quick } from "../src/scale.ts"
import { renderSection } from "../src/table.ts"
import { batchChanges, batchChangesRatio } from "../src/workloads/batchChanges.ts"

describe("Batch changes over a small fleet", () => {
  let bench: RunningBench

  beforeAll(async () => {
    const options = readOptions(["--quick", "--systems", "drover-kept", "--only", "batch-changes"])
    if (options === "help") throw new Error("No help was asked for")
    const scale = { ...quick, fleet: { repositories: 3, batchChanges: 2, files: 5 } }
    bench = await makeBench({ ...options, databaseUrl: inject("postgresUrl") }, scale)
  })

  afterAll(() => bench.stop())

  it("are published and merged, none is lost, and it is reported beside the git commands alone", async () => {
    const said: Array<string> = []
    const say = (line: string) => said.push(line)

    const outcome = await runSteps(batchChanges.steps(bench), { budgetSeconds: Infinity, say })

    expect(outcome).toEqual({ failed: [], leftOut: [] })
    expect(said).toEqual([
      expect.stringMatching(/6 changesets over 3 repositories · round 1: published in .* merged in /)
    ])
    expect(batchChangesRatio(bench, "publish", "barePublish")).toBeGreaterThan(0)
    expect(renderSection(batchChanges.report(bench))).toMatch(/\| merged +\| +[\d.,]+ \|/)
  })
})
