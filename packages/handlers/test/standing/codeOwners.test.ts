import { assert, describe, it } from "@effect/vitest"
import { groupByOwners, parseCodeOwners } from "../../src/index.ts"

const ownersOf = (source: string, path: string): ReadonlyArray<string> =>
  groupByOwners(parseCodeOwners(source), [path])[0]?.owners ?? []

describe("a pattern of CODEOWNERS", () => {
  for (const [pattern, matching, others] of [
    ["*", ["a", "a/b/c.ts"], []],
    ["*.js", ["a.js", "lib/a.js"], ["a.ts", "a.js.map"]],
    ["/*", ["a"], ["a/b"]],
    ["docs/*", ["docs/a.md"], ["docs/api/a.md", "x/docs/a.md"]],
    ["docs/**", ["docs/a.md", "docs/api/a.md"], ["docs", "x/docs/a.md"]],
    ["docs/", ["docs/a.md", "docs/api/a.md", "x/docs/a.md"], ["docs"]],
    ["/docs/", ["docs/a.md", "docs/api/a.md"], ["x/docs/a.md"]],
    ["docs", ["docs", "docs/a.md", "x/docs/a.md", "x/docs"], ["docs2/a.md"]],
    ["/build/logs", ["build/logs/a", "build/logs"], ["x/build/logs/a"]],
    ["build/logs/", ["build/logs/a"], ["x/build/logs/a"]],
    ["**/logs", ["logs/a", "build/logs/a", "a/b/logs"], ["logsx"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["a/xb", "b"]],
    ["a?c", ["abc", "x/abc"], ["ac", "a/c"]],
    ["a*c*e", ["abcde", "ace"], ["abcd", "a/c/e"]],
    ["my\\ file.txt", ["my file.txt"], ["my", "file.txt"]],
    ["\\*.js", ["*.js"], ["a.js"]],
    ["naïve.ts", ["naïve.ts"], ["naive.ts"]],
    ["A.ts", ["A.ts"], ["a.ts"]]
  ] as ReadonlyArray<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]>) {
    it(`${pattern} owns what it should`, () => {
      for (const path of matching) assert.deepStrictEqual(ownersOf(`${pattern} @ada`, path), ["@ada"], path)
      for (const path of others) assert.deepStrictEqual(ownersOf(`${pattern} @ada`, path), [], path)
    })
  }

  it("takes no longer the more stars it has", () => {
    const path = "a".repeat(2_000)
    assert.deepStrictEqual(ownersOf(`${"a*".repeat(60)}b @ada`, path), [])
    assert.deepStrictEqual(ownersOf(`${"**/a/".repeat(60)}b @ada`, "a/".repeat(400) + "c"), [])
  })
})

describe("CODEOWNERS", () => {
  it("gives a path to the last line that matches", () => {
    const source = "* @ada\n*.ts @ben @cy\n/lib/ core@example.invalid"
    assert.deepStrictEqual(ownersOf(source, "a.md"), ["@ada"])
    assert.deepStrictEqual(ownersOf(source, "a.ts"), ["@ben", "@cy"])
    assert.deepStrictEqual(ownersOf(source, "lib/a.ts"), ["core@example.invalid"])
  })

  it("takes ownership away with a line that names nobody", () => {
    assert.deepStrictEqual(ownersOf("* @ada\n/generated/", "generated/a.ts"), [])
  })

  it("has comments, blank lines and both ends of line", () => {
    const source = "# all of it\r\n\r\n*   @ada\t@ben # both of them\r\n#* @cy\r\n"
    assert.deepStrictEqual(ownersOf(source, "a"), ["@ada", "@ben"])
  })

  for (const line of ["!a.ts @ben", "[ab].ts @ben", "a.ts ben", "a.ts @", "a.ts @x/y/z", "*** @ben", "/ @ben"]) {
    it(`skips the line ${line}`, () => {
      assert.deepStrictEqual(ownersOf(`* @ada\n${line}`, "a.ts"), ["@ada"])
    })
  }

  it("groups paths by who owns them, whichever line says so", () => {
    const rules = parseCodeOwners("a/ @ada\nb/ @Ada\nc/ @ben @ada\nd/")
    assert.deepStrictEqual(groupByOwners(rules, ["a/1", "b/1", "a/2", "c/1", "d/1", "e"]), [
      { owners: ["@ada"], example: "a/1" },
      { owners: ["@ben", "@ada"], example: "c/1" }
    ])
  })
})
