import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { makeBench, type RunningBench } from "../src/makeBench.ts"
import { readOptions } from "../src/options.ts"
import { report } from "../src/report.ts"
import { runSteps } from "../src/runSteps.ts"
import { quick } from "../src/scale.ts"
import { burn } from "../src/burn.ts"
import { burnDown } from "../src/workloads/burnDown.ts"

const jobs = 200

describe("A burn-down of a few jobs in processes of their own", () => {
  let bench: RunningBench

  beforeAll(async () => {
    const options = readOptions(["--quick", "--systems", "floor-kept,drover-kept", "--only", "burn-down"])
    if (options === "help") throw new Error("No help was asked for")
    bench = await makeBench({ ...options, databaseUrl: inject("postgresUrl") }, { ...quick, burnDown: [jobs] })
  })

  afterAll(() => bench.stop())

  it("measures the floor and Drover, and reports them side by side", async () => {
    const said: Array<string> = []
    const say = (line: string) => said.push(line)
    const outcome = await runSteps(burnDown.steps(bench), { budgetSeconds: Infinity, say })
    expect(outcome).toEqual({ failed: [], leftOut: [] })
    expect(said).toEqual([
      expect.stringMatching(/floor: claim UPDATE \+ UPDATE · round 1: [\d,]+ jobs\/s/),
      expect.stringMatching(/drover, lease, rows kept · round 1: [\d,]+ jobs\/s/)
    ])
    const text = report(bench, { ...outcome, workloads: [burnDown], seconds: 1 })
    expect(text).toMatch(/\| drover, lease, rows kept +\| +[\d,]+ \| .*\| +kept \| by id and attempt \|/)
    expect(text).toMatch(/\| PostgreSQL fsync +\|/)
  })

  it("fails when a job is missing, rather than to report the others", async () => {
    await expect(
      bench.arena("floor-kept", jobs, async (arena) => {
        const child = await arena.start()
        await child.call("fill", jobs + 1, 1)
        return burn(arena, { jobs: jobs + 1 })
      })
    ).rejects.toThrow(/201 runs of 201 jobs, 0 repeated, numbers add up to 20101/)
  })
})
