import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { sparsePatterns } from "../../src/batchChanges/execution/checkout/sparsePatterns.ts"
import { parseChanges } from "../../src/batchChanges/execution/checkout/treeDiff.ts"
import { makeRedact } from "../../src/batchChanges/execution/process/makeRedact.ts"
import { OutputBuffer } from "../../src/batchChanges/execution/process/OutputBuffer.ts"
import { brokenFileName } from "../../src/batchChanges/execution/steps/fileNames.ts"
import { jsonSafe } from "../../src/batchChanges/execution/steps/jsonSafe.ts"
import { readOutputs } from "../../src/batchChanges/execution/steps/readOutputs.ts"
import { readTimeout } from "../../src/batchChanges/execution/steps/readTimeout.ts"
import { renderStep, Unrendered } from "../../src/batchChanges/execution/steps/renderStep.ts"
import { baseKey, stepKey } from "../../src/batchChanges/execution/steps/stepKeys.ts"
import { mergeCandidates } from "../../src/batchChanges/resolve/Candidate.ts"
import type { Repository } from "../../src/index.ts"

describe("what is kept of an output", () => {
  const kept = (maxBytes: number, ...chunks: ReadonlyArray<string | Uint8Array>) => {
    const buffer = new OutputBuffer(maxBytes)
    for (const chunk of chunks) buffer.push(Buffer.from(chunk))
    return buffer.text()
  }

  it("is all of it, up to the limit, in whatever pieces it comes", () => {
    assert.strictEqual(kept(8), "")
    assert.strictEqual(kept(8, "12345678"), "12345678")
    assert.strictEqual(kept(8, "123", "456", "78"), "12345678")
    assert.strictEqual(kept(8, "\u00e9".slice(0, 1)), "é")
    assert.strictEqual(kept(8, Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)), "é")
  })

  it("is whole lines of the beginning and of the end, past it", () => {
    assert.strictEqual(
      kept(12, "a\nb\nlong\nlonger\nlongest\ny\nz\n"),
      "a\nb\n[... 23 bytes cut ...]\ny\nz\n".replace("23", "20")
    )
    assert.strictEqual(kept(8, "0123456789"), "[... 10 bytes cut ...]\n")
  })

  it("counts every byte that was cut, however it came", () => {
    const text = Array.from({ length: 500 }, (_, n) => `${n}\n`).join("")
    const byLine = kept(100, ...text.split(/(?<=\n)/))
    assert.strictEqual(kept(100, text), byLine)
    const [, head = "", cut = "", tail = ""] = /^([^[]*)\[\.\.\. (\d+) bytes cut \.\.\.\]\n([^[]*)$/.exec(byLine) ?? []
    assert.strictEqual(head.length + Number(cut) + tail.length, text.length)
    assert.isTrue(text.startsWith(head) && text.endsWith(tail))
  })

  it("is text that Postgres takes", () => {
    assert.strictEqual(kept(100, Buffer.from([0x61, 0, 0xff, 0x62])), "a\uFFFD\uFFFDb")
  })
})

describe("secrets", () => {
  const redact = makeRedact({
    env: { API_TOKEN: "abcdef", DB_PASSWORD: "abcdefgh", NAME: "somebody", EMPTY_SECRET: "", PIN_AUTH: "12" },
    values: ["operator's", "-----\nline-one\nline-two\n"]
  })

  it("are masked by the names of their variables, and where they are known", () => {
    assert.strictEqual(redact("abcdefgh abcdef somebody"), "******** ******** somebody")
    assert.strictEqual(redact("the operator's line-two"), "the ******** ********")
  })

  it("are masked in addresses", () => {
    assert.strictEqual(redact("git clone https://me:pass@host/x"), "git clone https://********@host/x")
    assert.strictEqual(redact("https://host/x@y:z"), "https://host/x@y:z")
  })

  it("are left where masking would hide everything", () => {
    assert.strictEqual(redact("12 and 123"), "12 and 123")
  })
})

describe("the outputs of a step", () => {
  const scope = { step: { stdout: '{"a": "\\u0000\\ud800", "n": [1, null]}' }, text: "k: .inf\nd: 2020-01-01\n" }

  it("are read as they say", () => {
    assert.deepStrictEqual(
      readOutputs(
        {
          text: { value: "<${{ text }}>" },
          json: { value: "${{ step.stdout }}", format: "json" },
          yaml: { value: "${{ text }}", format: "yaml" }
        },
        scope
      ),
      {
        text: "<k: .inf\nd: 2020-01-01\n>",
        json: { a: "\uFFFD\uFFFD", n: [1, null] },
        yaml: { k: null, d: "2020-01-01" }
      }
    )
  })

  it("are refused when they are no such text, or grow beyond measure", () => {
    const failure = (value: string, format: "json" | "yaml") => {
      const read = readOutputs({ it: { value, format } }, {})
      return read instanceof Unrendered ? `${read.field}: ${read.reason}` : "read"
    }
    assert.match(failure("{", "json"), /^outputs\.it: it is no JSON: /)
    assert.match(failure("a: [", "yaml"), /^outputs\.it: it is no YAML: /)
    assert.match(failure(`"${"x".repeat(1024 * 1024)}"`, "json"), /^outputs\.it: it is longer than 1048576 characters/)
    const bomb = [
      "a: &a [x, x]",
      ..."bcdefghijklm".split("").map((name, n) => `${name}: &${name} [${`*${"abcdefghijklm"[n]}, `.repeat(9)}]`)
    ]
    assert.match(failure(bomb.join("\n"), "yaml"), /^outputs\.it: /)
  })
})

describe("a value for jsonb", () => {
  it("has nothing that Postgres refuses", () => {
    assert.deepStrictEqual(jsonSafe({ "k\0": ["\0", "\udc00", Infinity, 10n, undefined, true, { x: null }] }), {
      "k\uFFFD": ["\uFFFD", "\uFFFD", null, "10", null, true, { x: null }]
    })
  })

  it("keeps a key that objects have of themselves", () => {
    const value = jsonSafe(JSON.parse('{"__proto__": {"a": 1}}'))
    assert.strictEqual(JSON.stringify(value), '{"__proto__":{"a":1}}')
  })
})

describe("a step", () => {
  it("is filled in, and says what it cannot fill in", () => {
    const step = { run: "${{ a }}", env: { X: "${{ a }}" }, files: { "f/g": "${{ a }}" } }
    assert.deepStrictEqual(renderStep(step, { a: "1" }), { run: "1", env: { X: "1" }, files: { "f/g": "1" } })
    assert.isUndefined(renderStep({ ...step, if: "${{ eq a 2 }}" }, { a: "1" }))
    const fields = [
      renderStep(step, {}),
      renderStep({ run: "", if: "${{ b }}" }, {}),
      renderStep({ run: "", env: { X: "${{ a }}" } }, { a: "\0" }),
      renderStep({ run: "", files: { "../x": "" } }, {}),
      renderStep({ run: "", files: { x: "${{ b }}" } }, {})
    ].map((each) => (each instanceof Unrendered ? each.field : "none"))
    assert.deepStrictEqual(fields, ["run", "if", "env.X", "files.../x", "files.x"])
  })

  it("has files below its folder alone", () => {
    for (const name of ["a", "a/b.txt", "..a/b", ".x"]) assert.isUndefined(brokenFileName(name), name)
    for (const name of ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\0"])
      assert.isDefined(brokenFileName(name), name)
  })

  it("has a limit of time that is one", () => {
    assert.strictEqual(Duration.toMillis(readTimeout("90 seconds")!), 90_000)
    for (const text of ["", "soon", "0 seconds", "-1 minutes", "Infinity", "5"])
      assert.isUndefined(readTimeout(text), text)
  })
})

describe("the key of what was done", () => {
  const base = { baseSha: "a", branch: "main", path: "x", onlyFetchWorkspace: false }
  const rendered = { run: "r", env: { A: "1", B: "2" }, files: { f: "g" } }

  it("is another for anything that a step can see", () => {
    const key = baseKey(base)
    const keys = [
      key,
      baseKey({ ...base, baseSha: "b" }),
      baseKey({ ...base, branch: "next" }),
      baseKey({ ...base, path: "y" }),
      baseKey({ ...base, onlyFetchWorkspace: true }),
      stepKey(key, rendered),
      stepKey("other", rendered),
      stepKey(key, { ...rendered, run: "s" }),
      stepKey(key, { ...rendered, env: { A: "1" } }),
      stepKey(key, { ...rendered, files: { f: "h" } }),
      stepKey(key, { ...rendered, env: { f: "g" }, files: { A: "1", B: "2" } })
    ]
    assert.strictEqual(new Set(keys).size, keys.length)
    for (const each of keys) assert.match(each, /^[0-9a-f]{64}$/)
  })

  it("is the same whatever the order of names, and for a whole repository fetched as a folder", () => {
    assert.strictEqual(stepKey("k", rendered), stepKey("k", { ...rendered, env: { B: "2", A: "1" } }))
    assert.strictEqual(baseKey({ ...base, path: "" }), baseKey({ ...base, path: "", onlyFetchWorkspace: true }))
  })
})

describe("what git says of two trees", () => {
  it("is read by what became of each path", () => {
    const line = (status: string, before = "100644", after = "100644") => `:${before} ${after} 1 2 ${status}`
    const fields = [
      line("M"),
      "m",
      line("T", "100644", "120000"),
      "t",
      line("A"),
      "new\nname",
      line("D"),
      "d",
      line("R090"),
      "old",
      "renamed",
      line("A", "000000", "160000"),
      "sub",
      line("M", "160000", "160000"),
      "known",
      ""
    ]
    assert.deepStrictEqual(parseChanges(fields), {
      changedPaths: {
        modified: ["m", "t", "known"],
        added: ["new\nname", "sub"],
        deleted: ["d"],
        renamed: ["renamed"]
      },
      repositories: ["sub"]
    })
  })
})

describe("what is checked out of a repository for one folder", () => {
  it("is the folder, and the rules from further up", () => {
    assert.deepStrictEqual(sparsePatterns("a/b"), [
      "/.gitattributes",
      "/.gitignore",
      "/a/.gitattributes",
      "/a/.gitignore",
      "/a/b/"
    ])
    assert.deepStrictEqual(sparsePatterns("[x]*? ").at(-1), "/\\[x\\]\\*\\?\\ /")
  })
})

describe("branches that are meant more than once", () => {
  const candidate = (id: number, branch: string, named: boolean, ...searchResultPaths: ReadonlyArray<string>) => ({
    repository: { id } as Repository,
    branch,
    named,
    searchResultPaths,
    path: ["on", Number(named)]
  })

  it("are one, as it was said last, with the paths of every search", () => {
    assert.deepStrictEqual(
      mergeCandidates([
        candidate(1, "main", false, "b"),
        candidate(1, "next", true),
        candidate(1, "main", true, "c", "a")
      ]),
      [candidate(1, "main", true, "a", "b", "c"), candidate(1, "next", true)]
    )
  })
})
