/**
 * The whole report, as Markdown.
 */
import type { Workload } from "./Bench.ts"
import { contestants, type ContestantId } from "./contestants.ts"
import { describeMachine } from "./machine.ts"
import type { RunningBench } from "./makeBench.ts"
import { duration, type Outcome } from "./runSteps.ts"
import { renderSection, type Section } from "./table.ts"
import { targetsSection } from "./targets.ts"

export interface Run extends Outcome {
  readonly workloads: ReadonlyArray<Workload>
  readonly seconds: number
}

export const report = (bench: RunningBench, { failed, leftOut, seconds, workloads }: Run): string => {
  const { quick, rounds, short } = bench.options
  const rough = quick
    ? " A quick run: small counts, few rounds, **rough figures**."
    : short
      ? " A short run: every round, one size of each."
      : ""
  const intro =
    `Drover beside its peers and the bare statements (the floor), all in one run of ${duration(seconds)}, ` +
    `${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}, ${new Date().toISOString().slice(0, 10)}.${rough}`
  const sections = [
    targetsSection(bench),
    ...workloads.map((workload) => workload.report(bench)),
    systemsSection(bench),
    describeMachine(bench.databases, bench.redis)
  ]
  return [
    "# Benchmark",
    intro,
    ...list("**Failed**, and not in the figures:", failed),
    ...sections.map(renderSection),
    ...list("Left out:", leftOut)
  ].join("\n\n")
}

const list = (title: string, items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : [title, items.map((item) => `- ${item}`).join("\n")]

const systemsSection = (bench: RunningBench): Section => {
  const all = Object.keys(contestants) as ReadonlyArray<ContestantId>
  return {
    title: "Systems",
    intro:
      "What becomes of a finished job, whether its end is written only for the attempt that is current (so that a " +
      "worker that was taken for dead cannot end another's attempt), and the settings.",
    tables: [
      {
        head: ["", "rows", "fenced", "settings"],
        rows: bench.taking(all).map((id) => {
          const { fenced, finished, label, settings } = bench.describe(id)
          return [label, finished, fenced, settings]
        })
      }
    ]
  }
}
