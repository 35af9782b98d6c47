import { describe, expect, it } from "vitest"
import { findInconsistencies, type MigrationFolder, readMigrationFolder } from "../src/checks/journal.ts"
import { drizzle } from "./support/migrator.ts"

const consistent: MigrationFolder = {
  entries: [
    { idx: 0, when: 1, tag: "0000_a" },
    { idx: 1, when: 2, tag: "0001_b" }
  ],
  scripts: ["0000_a", "0001_b"],
  snapshots: new Map([
    [0, { id: "A", prevId: "0" }],
    [1, { id: "B", prevId: "A" }]
  ])
}

describe("A folder of migrations", () => {
  it("is consistent as drizzle-kit leaves it", () => {
    expect(findInconsistencies(consistent)).toEqual([])
    expect(findInconsistencies(readMigrationFolder(drizzle)!)).toEqual([])
    expect(readMigrationFolder(import.meta.dirname)).toBeUndefined()
  })

  it.each<[string, Partial<MigrationFolder>, string]>([
    ["a script too many", { scripts: [...consistent.scripts, "0001_other"] }, "0001_other.sql is not in the journal"],
    ["a script too few", { scripts: ["0000_a"] }, "there is no 0001_b.sql"],
    [
      "a number twice",
      { entries: [consistent.entries[0]!, { idx: 0, when: 2, tag: "0000_b" }], scripts: ["0000_a", "0000_b"] },
      "renumber it"
    ],
    [
      "times out of order",
      { entries: [consistent.entries[0]!, { idx: 1, when: 1, tag: "0001_b" }] },
      "0001_b is no later than 0000_a"
    ],
    ["no snapshot", { snapshots: new Map([[0, { id: "A", prevId: "0" }]]) }, "0001_b has no snapshot"],
    [
      "two that follow the same one",
      { snapshots: new Map([...consistent.snapshots, [1, { id: "B", prevId: "0" }]]) },
      "snapshot of 0001_b does not follow"
    ]
  ])("is not with %s", (_name, change, problem) => {
    expect(findInconsistencies({ ...consistent, ...change }).join("\n")).toContain(problem)
  })
})
