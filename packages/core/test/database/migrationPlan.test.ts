import { assert, describe, it } from "@effect/vitest"
import { planMigrations } from "../../src/database/migrationPlan.ts"

const file = (name: string, when: number) => ({ name, when, hash: `hash of ${name}`, statements: [] })
const row = ({ hash, when }: ReturnType<typeof file>) => ({ hash, when })
const [a, b, c] = [file("a", 1), file("b", 2), file("c", 3)] as const
const names = (files: ReadonlyArray<{ readonly name: string }>) => files.map(({ name }) => name)

describe("A plan of migrations", () => {
  it("is all of them for an empty database, in their order", () => {
    assert.deepStrictEqual(names(planMigrations([a, b, c], []).missing), ["a", "b", "c"])
  })

  it("is what the table lacks, also in front of what it has", () => {
    const plan = planMigrations([a, b, c], [row(a), row(c)])
    assert.deepStrictEqual(names(plan.applied), ["a", "c"])
    assert.deepStrictEqual(names(plan.missing), ["b"])
  })

  it("knows what the folder does not have", () => {
    assert.deepStrictEqual(planMigrations([a], [row(a), row(b)]).unknown, [row(b)])
  })

  it("knows what was edited after it was applied", () => {
    const plan = planMigrations([a, b], [row(a), { ...row(b), hash: "other" }])
    assert.deepStrictEqual(names(plan.edited), ["b"])
    assert.deepStrictEqual(plan.missing, [])
  })
})
