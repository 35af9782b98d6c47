import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { toLineMatch } from "../src/search/lineMatch.ts"
import { parseQuery } from "../src/search/parseQuery.ts"
import { likeGlob, likePart, pathGlob } from "../src/search/patterns.ts"

/** A query, as it is understood: `!` before what is negated. */
const read = (text: string): string => {
  const result = parseQuery(text)
  if (Result.isFailure(result)) return `${result.failure.at}+${result.failure.length}: ${result.failure.reason}`
  const { caseSensitive, filters, terms } = result.success
  return [
    ...terms.map(
      ({ kind, negated, value }) => `${negated ? "!" : ""}${kind === "regex" ? `/${value}/` : `[${value}]`}`
    ),
    ...filters.map(({ how, kind, negated, values }) => `${negated ? "!" : ""}${kind}:${how}:${values.join("|")}`),
    ...(caseSensitive ? ["case"] : [])
  ].join(" ")
}

const understood: ReadonlyArray<readonly [query: string, meaning: string]> = [
  ["hello", "[hello]"],
  ["  hello   world  ", "[hello] [world]"],
  ['"hello world"', "[hello world]"],
  ['"say \\"hi\\" \\\\ there"', '[say "hi" \\ there]'],
  ["hello -world", "[hello] ![world]"],
  ['hello -"a b" -/c+/', "[hello] ![a b] !/c+/"],
  ["/foo(bar|baz)/", "/foo(bar|baz)/"],
  ["/foo bar/ x", "/foo bar/ [x]"],
  ["/a\\/b\\.c/", "/a/b\\.c/"],
  ["/usr/bin", "[/usr/bin]"],
  ["/usr/lib/", "/usr/lib/"],
  ["std::vector http://x", "[std::vector] [http://x]"],
  ["hello case:yes", "[hello] case"],
  ["hello CASE:No", "[hello]"],
  ["repo:acme/billing", "repo:text:acme/billing"],
  ["repo:acme/* -repo:acme/old", "repo:glob:acme/* !repo:text:acme/old"],
  ["path:src/*.ts x", "[x] path:glob:src/*.ts"],
  ['path:"src/*" path:/^a/', "path:text:src/* path:regex:^a"],
  ["import lang:ts", "[import] ext:text:cts|mts|ts|tsx"],
  ["import -ext:.min.js", "[import] !ext:text:min.js"],
  ["a repo:acme/billing", "[a] repo:text:acme/billing"],
  ["a hello", "[a] [hello]"],
  ["hello -", "[hello] [-]"],
  ["hello --flag", "[hello] ![-flag]"],
  ['"repo:x" abc', "[repo:x] [abc]"],
  ['unquoted"inside', '[unquoted"inside]'],
  ["日本語", "[日本語]"],
  ["100%_\\", "[100%_\\]"]
]

const refused: ReadonlyArray<readonly [query: string, answer: RegExp]> = [
  ["", /^0\+0: says nothing to search for/],
  ["   ", /^0\+0: says nothing/],
  ["-hello", /^0\+0: says nothing/],
  ["lang:go", /^0\+0: says nothing/],
  ["ab", /^0\+2: is too short/],
  ["=> ab", /^0\+2: is too short/],
  ['abc "open', /^4\+5: has a quote that is not closed/],
  ['""', /^0\+2: is empty/],
  ["abc repo:", /^4\+5: wants something behind repo:/],
  ["abc case:maybe", /^4\+10: is neither/],
  ["abc repo:/x/", /^4\+8: takes no regular expression/],
  ["abc lang:klingon", /^4\+12: is no language/],
  ["abc lang:constructor", /^4\+16: is no language/],
  ["abc /(?i)x/", /^4\+7: begins with options/],
  ["abc /***:x/", /^4\+7: begins with options/],
  ["abc /(a)\\1/", /^4\+7: refers back/],
  ["abc path:/(a)\\1/", /^4\+12: refers back/],
  ["abc a\0b", /^5\+1: is a NUL/],
  [Array.from({ length: 21 }, () => "abc").join(" "), /^80\+3: is one word too many/],
  ["x".repeat(1001), /^1001\+0: is longer than 1000/]
]

describe("a query", () => {
  it.each(understood)("%j is read as %s", (query, meaning) => {
    assert.strictEqual(read(query), meaning)
  })

  it.each(refused)("%j is refused, naming the place", (query, answer) => {
    assert.match(read(query), answer)
  })

  it("tells a back reference from a backslash before a digit", () => {
    assert.strictEqual(read("/a\\\\1/"), "/a\\\\1/")
  })
})

describe("patterns", () => {
  it("mean their letters where like would take them for its own", () => {
    assert.strictEqual(likePart("50%_\\"), "%50\\%\\_\\\\%")
    assert.strictEqual(likeGlob("a_b/*?"), "a\\_b/%_")
  })

  const globs: ReadonlyArray<readonly [glob: string, path: string, fits: boolean]> = [
    ["*.ts", "a.ts", true],
    ["*.ts", "deep/er/a.ts", true],
    ["*.ts", "a.tsx", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/b/a.ts", false],
    ["src/*.ts", "x/src/a.ts", false],
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/b/c/a.ts", true],
    ["**/test/**", "a/b/test/c/d", true],
    ["**/test/**", "test/c", true],
    ["**/test/**", "atest/c", false],
    ["/*.md", "README.md", true],
    ["/*.md", "docs/a.md", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["a+(b).*", "a+(b).c", true]
  ]
  it.each(globs)("path:%s and %s: %s", (glob, path, fits) => {
    assert.strictEqual(new RegExp(pathGlob(glob)).test(path), fits)
  })
})

describe("a line that matches", () => {
  const line = (before: string, matches: ReadonlyArray<string> = [], between: ReadonlyArray<string> = []) =>
    toLineMatch({ number: 7, before, beforeCut: false, matches, between })

  it("is shown whole when it is short, with the places of its matches", () => {
    assert.deepStrictEqual(line("a ", ["bc", "bc"], [" ", " d"]), {
      number: 7,
      text: "a bc bc d",
      ranges: [
        { from: 2, to: 4 },
        { from: 5, to: 7 }
      ],
      cutBefore: false,
      cutAfter: false
    })
  })

  it("is cut around its first match when it is long", () => {
    const cut = line("x".repeat(300), ["match"], ["y".repeat(300)])

    assert.strictEqual(cut.text, `${"x".repeat(60)}match${"y".repeat(185)}`)
    assert.deepStrictEqual(cut.ranges, [{ from: 60, to: 65 }])
    assert.deepInclude(cut, { cutBefore: true, cutAfter: true })
  })

  it("keeps what it can of a match that is longer than what is shown, and drops those behind", () => {
    const cut = line("", ["m".repeat(300), "n"], ["", ""])

    assert.strictEqual(cut.text, "m".repeat(250))
    assert.deepStrictEqual(cut.ranges, [{ from: 0, to: 250 }])
  })

  it("does not cut a character in two", () => {
    assert.strictEqual(line(`${"x".repeat(249)}😀`).text, "x".repeat(249))
    assert.strictEqual(line(`${"x".repeat(240)}😀${"y".repeat(59)}`, ["m"], [""]).text, `${"y".repeat(59)}m`)
  })

  it("says so when the database has cut what is before", () => {
    const parts = { number: 1, before: "abc", beforeCut: true, matches: ["m"], between: [""] }
    assert.deepInclude(toLineMatch(parts), { text: "abcm", cutBefore: true, cutAfter: false })
  })
})
