import { assert, describe, it } from "@effect/vitest"
import { matchesPattern, pickProtection } from "../src/protection/matchPattern.ts"

describe("matchesPattern", () => {
  it.each([
    ["main", "main", true],
    ["main", "mains", false],
    ["main", "Main", false],
    ["release/*", "release/1.0", true],
    ["release/*", "release/", true],
    ["release/*", "release/1.0/fix", false],
    ["release/**", "release/1.0/fix", true],
    ["**", "any/thing", true],
    ["*", "any/thing", false],
    ["*/thing", "any/thing", true],
    ["**/thing", "an/y/thing", true],
    ["v?", "v1", true],
    ["v?", "v", false],
    ["a?b", "a/b", false],
    ["a.b", "axb", false],
    ["[ab]", "a", false],
    ["rel*-*", "release-1-2", true],
    ["", "", true],
    ["", "main", false]
  ])("says whether %j means %j: %j", (pattern, branch, expected) => {
    assert.strictEqual(matchesPattern(pattern, branch), expected)
  })

  it("takes no longer than the branch times the pattern", () => {
    assert.isFalse(matchesPattern(`${"*a".repeat(100)}b`, "a".repeat(1000)))
  })
})

describe("pickProtection", () => {
  const all = [
    { id: 3, pattern: "release/*" },
    { id: 2, pattern: "**" },
    { id: 9, pattern: "release/1" }
  ]
  it.each([
    ["release/1", 9],
    ["release/2", 2],
    ["other", 2]
  ])("takes the branch's own name before globs, then the oldest: %s", (branch, id) => {
    assert.strictEqual(pickProtection(all, branch)?.id, id)
  })

  it("finds none where none matches", () => {
    assert.isUndefined(pickProtection([{ id: 1, pattern: "main" }], "other"))
  })
})
