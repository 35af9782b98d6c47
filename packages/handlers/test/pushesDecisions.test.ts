import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { cgiVariables, parseHead } from "../src/gitHttp/cgi.ts"
import { tokenOf } from "../src/gitHttp/credentials.ts"
import { parseMoves } from "../src/pushes/parseMoves.ts"
import { differences, planTold } from "../src/pushes/planMoves.ts"
import { refusal } from "../src/pushes/refusal.ts"
import { brokenNameRule } from "../src/repositories/repositoryName.ts"

const refs = (all: Readonly<Record<string, string>>) => new Map(Object.entries(all))
const move = (before: string | null, after: string | null, ref = "r") => ({ ref, before, after })

describe("what is recorded of a push", () => {
  it("is every difference, in the order of the names, where nobody told", () => {
    assert.deepStrictEqual(differences(refs({ b: "1", c: "1", d: "1" }), refs({ d: "1", c: "2", a: "1" })), [
      move(null, "1", "a"),
      move("1", null, "b"),
      move("1", "2", "c")
    ])
  })

  const plan = (told: ReturnType<typeof move>, recorded: string | null, now: string | null, last = false) => {
    const at = (value: string | null) => refs(value === null ? {} : { r: value })
    const { moves, waiting } = planTold([told], at(recorded), at(now), last)
    return [
      ...moves.map(({ after, before, own }) => `${before}→${after}${own ? "" : " by nobody"}`),
      ...(waiting ? ["waits"] : [])
    ]
  }

  it.each([
    ["what goes on from what is recorded", move("A", "B"), "A", "B", ["A→B"]],
    ["it also where another push came after", move("A", "B"), "A", "C", ["A→B"]],
    ["a new ref", move(null, "A"), null, "A", ["null→A"]],
    ["a deletion", move("A", null), "A", null, ["A→null"]],
    ["nothing that was recorded before", move("A", "B"), "B", "B", []],
    ["nothing that did not move it", move("A", "A"), "A", "A", []],
    ["nothing that was recorded together with what came after", move("A", "B"), "C", "C", []],
    ["what must wait for the push before it", move("B", "C"), "A", "C", ["waits"]]
  ] as const)("is %s", (_, told, recorded, now, expected) => {
    assert.deepStrictEqual(plan(told, recorded, now), [...expected])
  })

  it.each([
    ["closed where nobody told of the push before", move("B", "C"), "A", "C", ["A→B by nobody", "B→C"]],
    ["left alone where the ref is elsewhere by now", move("B", "C"), "A", "D", []]
  ] as const)("has a gap %s, in the end", (_, told, recorded, now, expected) => {
    assert.deepStrictEqual(plan(told, recorded, now, true), [...expected])
  })

  it("is what git's hooks say, and nothing else", () => {
    const [one, two] = ["a".repeat(40), "b".repeat(40)]
    const none = "0".repeat(40)
    assert.deepStrictEqual(
      parseMoves(`${one} ${two} refs/heads/main\n${none} ${one} refs/tags/v 1\nx\n${two} ${none} refs/tags/v1\n`),
      [move(one, two, "refs/heads/main"), move(two, null, "refs/tags/v1")]
    )
  })
})

describe("a protected branch", () => {
  const strict = { requirePullRequest: true, allowForcePushes: false, allowDeletions: false }
  const rules = [
    { id: 1, pattern: "release/*", ...strict },
    { id: 2, pattern: "main", ...strict },
    { id: 3, pattern: "open", requirePullRequest: false, allowForcePushes: true, allowDeletions: true },
    { id: 4, pattern: "shared", requirePullRequest: false, allowForcePushes: false, allowDeletions: false }
  ]
  const ask = (branch: string, how: "move" | "force" | "delete", isAdmin = false) =>
    refusal(
      {
        ref: branch.startsWith("refs/") ? branch : `refs/heads/${branch}`,
        forced: how === "force",
        deleted: how === "delete"
      },
      rules,
      isAdmin
    )

  it.each([
    ["main", "move", false, "main is protected: push another branch and open a pull request into main"],
    ["main", "move", true, undefined],
    [
      "main",
      "force",
      true,
      "main is protected and would lose commits: fetch and rebase or merge first, or have an admin allow forced pushes"
    ],
    ["main", "delete", true, "main is protected and cannot be deleted: an admin can allow deletions there first"],
    [
      "release/1",
      "move",
      false,
      "release/1 is protected by the pattern release/*: push another branch and open a pull request into release/1"
    ],
    ["topic", "force", false, undefined],
    ["open", "force", false, undefined],
    ["open", "delete", false, undefined],
    ["shared", "move", false, undefined],
    [
      "shared",
      "force",
      false,
      "shared is protected and would lose commits: fetch and rebase or merge first, or have an admin allow forced pushes"
    ],
    ["refs/tags/main", "delete", false, undefined]
  ] as const)("%s: a %s by an admin (%s) is refused with %j", (branch, how, isAdmin, expected) => {
    assert.strictEqual(ask(branch, how, isAdmin), expected)
  })
})

describe("a repository's name", () => {
  it.each(["acme/billing", "a/b", "Acme_1/x.y-z", "_/_"])("may be %s", (name) => {
    assert.isUndefined(brokenNameRule(name))
  })
  it.each([
    "",
    "acme",
    "a/b/c",
    "/b",
    "a/",
    "../b",
    "a/..",
    "a/.git",
    "a/-b",
    "a/b.git",
    "a/b.lock",
    "a/b.",
    "a b/c",
    "a/é",
    `a/${"b".repeat(101)}`
  ])("may not be %j", (name) => {
    assert.isString(brokenNameRule(name))
  })
})

describe("a request", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`
  it.each([
    [undefined, undefined],
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    [basic("x:abc"), "abc"],
    [basic("abc:"), "abc"],
    [basic("abc:x-oauth-basic"), "abc"],
    [basic("x:a:b"), "a:b"],
    [basic("nothing"), undefined],
    ["Digest abc", undefined],
    ["Bearer", undefined]
  ])("with %j has the token %j", (header, expected) => {
    const token = tokenOf(header)
    assert.strictEqual(token === undefined ? undefined : Redacted.value(token), expected)
  })

  it("sets no variable but those that git is to have", () => {
    const headers = {
      "content-type": "a",
      "content-encoding": "gzip",
      "git-protocol": "version=2",
      "x-evil": "1",
      "drover-role": "admin",
      proxy: "http://evil"
    }
    assert.deepStrictEqual(cgiVariables({ method: "POST", root: "/r", path: "/p", query: "q", user: "7", headers }), {
      GIT_PROJECT_ROOT: "/r",
      PATH_INFO: "/p",
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: "POST",
      QUERY_STRING: "q",
      REMOTE_USER: "7",
      SERVER_PROTOCOL: "HTTP/1.1",
      CONTENT_TYPE: "a",
      HTTP_CONTENT_ENCODING: "gzip",
      GIT_PROTOCOL: "version=2"
    })
  })

  it("is answered with the head that git gives, however it comes", () => {
    const bytes = Buffer.from("Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody")
    assert.isUndefined(parseHead(bytes.subarray(0, 45)))
    assert.deepStrictEqual(parseHead(bytes), {
      status: 404,
      headers: { "content-type": "text/plain" },
      length: bytes.length - 4
    })
    assert.deepInclude(parseHead(Buffer.from("Expires: never\n\n")), { status: 200, headers: { expires: "never" } })
  })
})
