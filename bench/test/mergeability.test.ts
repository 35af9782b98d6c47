import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { makeBench, type RunningBench } from "../src/makeBench.ts"
import { readOptions } from "../src/options.ts"
import { runSteps } from "../src/runSteps.ts"
import { quick } from "../src/scale.ts"
import { renderSection } from "../src/table.ts"
import { mergeability, mergeabilityRatio } from "../src/workloads/mergeability.ts"

describe("The mergeability of a small crowd", () => {
  let bench: RunningBench

  beforeAll(async () => {
    const options = readOptions(["--quick", "--systems", "drover-kept", "--only", "mergeability"])
    if (options === "help") throw new Error("No help was asked for")
    const scale = { ...quick, crowd: { files: 60, pulls: 40 } }
    bench = await makeBench({ ...options, databaseUrl: inject("postgresUrl") }, scale)
  })

  afterAll(() => bench.stop())

  it("is computed by one job, agrees with git's own merges, and is reported beside them", async () => {
    const said: Array<string> = []
    const say = (line: string) => said.push(line)

    const outcome = await runSteps(mergeability.steps(bench), { budgetSeconds: Infinity, say })

    expect(outcome).toEqual({ failed: [], leftOut: [] })
    expect(said).toEqual([
      expect.stringMatching(/mergeability of 40 pull requests · round 1: [\d,]+ ms, bare [\d,]+ ms/)
    ])
    expect(mergeabilityRatio(bench)).toBeGreaterThan(0)
    expect(renderSection(mergeability.report(bench))).toMatch(/\| the job +\| +[\d,]+ \|/)
  })
})
