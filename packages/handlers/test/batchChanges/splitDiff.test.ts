import { assert, describe, it, layer } from "@effect/vitest"
import { Git, type FileChange } from "@drover/git"
import { TestRepository } from "@drover/git/testing"
import { Effect } from "effect"
import { DiffProblem, type FileDiff } from "../../src/batchChanges/specs/diff/FileDiff.ts"
import { joinDiffs, touched } from "../../src/batchChanges/specs/diff/joinDiffs.ts"
import { splitDiff } from "../../src/batchChanges/specs/diff/splitDiff.ts"
import { groupFiles } from "../../src/batchChanges/specs/groupFiles.ts"
import { forge } from "../support.ts"
import { randomly } from "../support/randomly.ts"

type Dice = ReturnType<typeof randomly>

const filesOf = (diff: string | Uint8Array): ReadonlyArray<FileDiff> => {
  const files = splitDiff(Buffer.from(diff))
  if (files instanceof DiffProblem) throw new Error(files.message)
  return files
}
const problemOf = (diff: string): string => {
  const problem = splitDiff(Buffer.from(diff))
  return problem instanceof DiffProblem ? problem.message : "none"
}

describe("a diff that is taken apart", () => {
  it("has the files of its headers, and lines that only look like headers are lines", () => {
    const files = filesOf(`diff --git a/a.sql b/a.sql
index 1..2 100644
--- a/a.sql
+++ b/a.sql
@@ -1,3 +1,3 @@
 one
--- a/comment
+++ b/comment
 diff --git a/x b/x
diff --git a/new b/new
new file mode 100644
index 0..1
--- /dev/null
+++ b/new
@@ -0,0 +1 @@
+text
\\ No newline at end of file
`)
    assert.deepStrictEqual(
      files.map(({ additions, change, deletions, path }) => ({ additions, change, deletions, path })),
      [
        { additions: 1, change: "modified", deletions: 1, path: "a.sql" },
        { additions: 1, change: "added", deletions: 0, path: "new" }
      ]
    )
  })

  it("may stand behind the message of a commit, and before a signature", () => {
    const diff = `From 1234
Subject: [PATCH] one

---
diff --git a/a b/a
--- a/a
+++ b/a
@@ -1 +1 @@
-1
+2
-- 
2.40.0
`
    const [file] = filesOf(diff)
    assert.deepStrictEqual([file!.path, file!.additions, file!.deletions], ["a", 1, 1])
  })

  it("is empty where nothing changes", () => {
    assert.deepStrictEqual(filesOf(""), [])
    assert.deepStrictEqual(filesOf("\n"), [])
  })

  for (const [name, diff, expected] of [
    ["is no diff", "hello\n", 'line 1 begins no diff: git\'s begin with "diff --git "'],
    ["is cut off", "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n one\n", "announced more"],
    ["has a hunk that is too long", "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n-1\n-2\n", "announced more"],
    ["has a broken hunk", "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ one @@\n-1\n", "header of a hunk"],
    ["has no prefixes", "diff --git a a\n--- a\n+++ a\n@@ -1 +1 @@\n-1\n+2\n", "names no file"],
    ["names two files and nothing else", "diff --git a/a b/b\nold mode 100644\nnew mode 100755\n", "names no file"]
  ] as const) {
    it(`that ${name} says so`, () => assert.include(problemOf(diff), expected))
  }

  it("gets the empty line back that ends a binary patch, and the newline that ends any", () => {
    const binary = "diff --git a/a b/a\nindex 1..2\nGIT binary patch\nliteral 1\nIcmZ\n\nliteral 0\nHcmV\n"
    assert.strictEqual(Buffer.from(joinDiffs(filesOf(binary)).diff).toString(), `${binary}\n`)
    assert.strictEqual(Buffer.from(joinDiffs(filesOf(binary.trimEnd())).diff).toString(), `${binary}\n`)
    const mode = "diff --git a/a b/a\nold mode 100644\nnew mode 100755"
    assert.strictEqual(Buffer.from(joinDiffs(filesOf(mode)).diff).toString(), `${mode}\n`)
  })

  it("touches what a file was moved from, and not what it was copied from", () => {
    const moved = "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"
    const copied = "diff --git a/c b/d\nsimilarity index 100%\ncopy from c\ncopy to d\n"
    assert.deepStrictEqual([...touched(filesOf(moved + copied))].toSorted(), ["a", "b", "d"])
  })
})

describe("groups", () => {
  const fileAt = (path: string): FileDiff => ({
    path,
    from: null,
    change: "modified",
    additions: 0,
    deletions: 0,
    bytes: new Uint8Array()
  })
  const grouped = (paths: ReadonlyArray<string>, ...directories: ReadonlyArray<string>) =>
    [
      ...groupFiles(
        paths.map(fileAt),
        directories.map((directory) => ({ directory }))
      )
    ].map(([group, files]) => `${group}: ${files.map(({ path }) => path).join(" ")}`)

  it("have what is below their directory, and nothing that merely begins like it", () => {
    assert.deepStrictEqual(grouped(["go/a", "go", "gopher/b", "x/go/c"], "go"), ["0: go/a", "-1: go gopher/b x/go/c"])
  })

  it("that come later count before earlier ones", () => {
    assert.deepStrictEqual(grouped(["a/b/c", "a/d"], "a", "a/b"), ["1: a/b/c", "0: a/d"])
    assert.deepStrictEqual(grouped(["a/b/c", "a/d"], "a/b", "a"), ["1: a/b/c a/d"])
  })

  it("may be written with slashes and dots around, and mean all with a dot alone", () => {
    assert.deepStrictEqual(grouped(["a/b/c"], "./a/b/"), ["0: a/b/c"])
    assert.deepStrictEqual(grouped(["x", "y/z"], "."), ["0: x y/z"])
  })
})

const names = ["a", "b.txt", "with space", "tab\there", 'quo"te', "ünï", "back\\slash", "new\nline", "-dash", "a b/x"]
const folders = ["", "one/", "one/two/", "other/", "other b/"]
const lines = [
  "one\n",
  "-- a/x\n",
  "++ b/x\n",
  "diff --git a/a b/a\n",
  "@@ -1 +1 @@\n",
  "\n",
  "cr\r\n",
  "tail",
  "\\ x\n"
]

type File = Extract<FileChange, { readonly mode: string }>
const file = (content: Uint8Array): File => ({ content, mode: "100644" })

const content = (dice: Dice): Uint8Array =>
  dice.upTo(100) < 15
    ? Buffer.from(Array.from({ length: dice.upTo(300) }, () => dice.upTo(256)))
    : Buffer.from(Array.from({ length: dice.upTo(12) }, () => dice.among(lines)).join(""))

/** Two trees, the second made of the first: by edits, new files, deletions, moves, copies and other modes. */
const trees = (dice: Dice) => {
  const path = () => dice.among(folders) + dice.among(names)
  const before: Record<string, File> = { keep: file(Buffer.from("keep\n")) }
  for (let count = 0; count < 8; count++) before[path()] = file(content(dice))
  const change: Record<string, FileChange> = {}
  for (const [at, was] of Object.entries(before)) {
    const next = dice.upTo(8)
    if (next === 0) change[at] = null
    else if (next === 1) change[at] = file(content(dice))
    else if (next === 2) change[at] = { ...was, mode: "100755" }
    else if (next === 3) {
      change[at] = null
      change[path()] = was
    } else if (next === 4) change[path()] = was
    else if (next === 5)
      change[at] = { ...was, content: Buffer.concat([Buffer.from(was.content), Buffer.from("more\n")]) }
  }
  return { before, change }
}

layer(forge(), { excludeTestServices: true, timeout: "120 seconds" })("diffs of git", (it) => {
  it.effect("are taken apart into files that git names and counts alike, and the parts are the whole", () =>
    Effect.gen(function* () {
      const git = yield* Git
      let seen = 0
      for (let seed = 1; seed <= 25; seed++) {
        const dice = randomly(seed)
        const { before, change } = trees(dice)
        const repository = yield* TestRepository.make()
        const base = yield* repository.commit("main", before)
        const head = yield* repository.commit("main", change)
        const run = (args: readonly [string, ...ReadonlyArray<string>], more: object = {}) =>
          Effect.map(git.run({ args, repository: repository.path, ...more }), ({ stdout }) => Buffer.from(stdout))
        const moves = dice.upTo(100) < 50 ? ["-M", "-C", "--find-copies-harder"] : ["--no-renames"]
        const quoted = dice.upTo(100) < 50
        const diff = yield* run([
          "-c",
          `core.quotePath=${quoted}`,
          "diff",
          "--binary",
          "--full-index",
          ...moves,
          base,
          head
        ])
        const files = filesOf(diff)
        assert.deepStrictEqual(Buffer.concat(files.map(({ bytes }) => bytes)), diff)
        const numbers = yield* run(["diff", "--numstat", "-z", ...moves, base, head])
        assert.deepStrictEqual(
          files.map(numstat).toSorted(),
          parseNumstat(numbers.toString()).toSorted(),
          `seed ${seed}`
        )

        const groups =
          dice.upTo(100) < 80 ? [{ directory: "one" }, { directory: "one/two" }, { directory: "other b" }] : []
        const parts = [...groupFiles(files, groups).values()]
        assert.strictEqual(parts.flat().length, files.length)
        const index = { env: { GIT_INDEX_FILE: `${repository.path}/parts` } }
        yield* run(["read-tree", base], index)
        // every part is made for the base, and none of them needs another
        const [alone] = parts
        if (alone !== undefined) {
          yield* run(["apply", "--cached", "--check", "--whitespace=nowarn", "-"], {
            ...index,
            stdin: joinDiffs(alone).diff
          })
        }
        for (const part of copiesFirst(parts)) {
          yield* run(["apply", "--cached", "--whitespace=nowarn", "-"], { ...index, stdin: joinDiffs(part).diff })
        }
        const tree = yield* run(["write-tree"], index)
        assert.deepStrictEqual(tree, yield* run(["rev-parse", `${head}^{tree}`]), `seed ${seed}`)
        seen += files.length
      }
      assert.isAbove(seen, 100)
    })
  )
})

/** A copy is made of the file as it was: here all parts are put on one tree, and so it has to be before that changes. */
const copiesFirst = (parts: ReadonlyArray<ReadonlyArray<FileDiff>>) => {
  const copied = ({ change }: FileDiff) => change === "copied"
  return [parts.flat().filter(copied), ...parts.map((part) => part.filter((each) => !copied(each)))].filter(
    (part) => part.length > 0
  )
}

const numstat = ({ additions, deletions, from, path }: FileDiff): string =>
  `${additions}\t${deletions}\t${from === null ? path : `${from} => ${path}`}`

const parseNumstat = (text: string): ReadonlyArray<string> => {
  // of binary files it counts no lines
  const fields = text.replaceAll("-\t-\t", "0\t0\t").split("\0")
  const found: Array<string> = []
  for (let at = 0; at < fields.length - 1; at++) {
    const field = fields[at]!
    if (field.endsWith("\t")) {
      found.push(`${field}${fields[at + 1]} => ${fields[at + 2]}`)
      at += 2
    } else found.push(field)
  }
  return found
}
