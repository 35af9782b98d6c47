import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { applyDiff, commitTree, type FileChange, Git, readCommit } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"
import { nowhere } from "./support/oids.ts"
import { committer } from "./support/surface.ts"

type Files = Readonly<Record<string, FileChange>>

const binary = Uint8Array.from({ length: 3000 }, (_, index) => (index * 7) % 256)

const before: Files = {
  "a.txt": "one\ntwo\nthree\n",
  "gone.txt": "bye\n",
  "old name.txt": Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join(""),
  "run.sh": "#!/bin/sh\n",
  "image.bin": binary,
  "dos.txt": "one\r\ntwo\r\n",
  "open.txt": "no newline",
  "deep/er/file.txt": "deep\n",
  "spaces \t  .txt": "x  \n"
}

const link = { content: "a.txt", mode: "120000" } as const
const program = { content: "#!/bin/sh\n", mode: "100755" } as const

/** What a change is called, and what it does. */
const changes: ReadonlyArray<readonly [name: string, files: Files]> = [
  ["edited lines", { "a.txt": "one\n2\nthree\nfour\n" }],
  ["a new file", { "new/file.txt": "hello\n" }],
  ["a new empty file", { "empty.txt": "" }],
  ["a deleted file", { "gone.txt": null }],
  ["a renamed file", { "old name.txt": null, "new name.txt": before["old name.txt"] ?? "" }],
  ["another mode", { "run.sh": program }],
  ["a symbolic link", { link }],
  ["a file that becomes a symbolic link", { "a.txt": { content: "gone.txt", mode: "120000" } }],
  ["a file that becomes a folder", { "gone.txt": null, "gone.txt/inside": "x\n" }],
  ["binary content", { "image.bin": binary.toReversed(), "new.bin": binary }],
  ["lines that end in CR LF", { "dos.txt": "one\r\n2\r\nthree\r\n" }],
  ["a file that loses the newline at its end", { "a.txt": "one\ntwo\nthree" }],
  ["a file that gets a newline at its end", { "open.txt": "no newline\n" }],
  ["blanks at the ends of lines", { "spaces \t  .txt": "x   \n\t\n", "blank.txt": " \t \n\n\n" }],
  [
    "names with blanks, quotes, newlines and other alphabets",
    {
      "with space.txt": "1\n",
      '"quoted".txt': "2\n",
      "new\nline.txt": "3\n",
      "tab\there": "4\n",
      "größe/日本語.txt": "5\n",
      "-n": "6\n",
      "a b/c": "7\n"
    }
  ]
]

/** As `git diff` of the two commits says it. */
const diffOf = Effect.fnUntraced(function* (
  repository: string,
  from: string,
  to: string,
  ...how: ReadonlyArray<string>
) {
  const git = yield* Git
  const args = ["diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", ...how, from, to] as const
  return (yield* git.run({ args, repository })).stdout
})

const scene = Effect.fnUntraced(function* (files: Files) {
  const { commit, path: repository } = yield* TestRepository.make()
  const base = yield* commit("main", before)
  const changed = yield* commit("changed", files, { from: base })
  return { repository, commit, base, changed, tree: (yield* readCommit({ repository, commit: changed })).tree }
})

layer(gitLayer(), realTime)("applyDiff", (it) => {
  for (const [name, files] of changes) {
    it.effect(`gives the tree that a work tree would have: ${name}`, () =>
      Effect.gen(function* () {
        const { base, changed, repository, tree } = yield* scene(files)

        for (const how of [[], ["-M", "-C"]]) {
          const diff = yield* diffOf(repository, base, changed, ...how)
          assert.strictEqual(yield* applyDiff({ repository, commit: base, diff }), tree)
        }
      })
    )
  }

  it.effect("writes what a commit needs, and touches neither refs nor an index", () =>
    Effect.gen(function* () {
      const { base, changed, repository } = yield* scene({ "a.txt": "1\n" })
      const diff = yield* diffOf(repository, base, changed)
      const refs = yield* ask(repository, ["for-each-ref"])

      const tree = yield* applyDiff({ repository, commit: base, diff })
      const oid = yield* commitTree({ repository, tree, parents: [base], message: "Again", author: committer })

      assert.strictEqual(yield* ask(repository, ["cat-file", "blob", `${oid}:a.txt`]), "1")
      assert.strictEqual(yield* ask(repository, ["for-each-ref"]), refs)
      assert.notInclude(yield* filesOf(repository), "index")
    })
  )

  it.effect("finds lines that have moved", () =>
    Effect.gen(function* () {
      const old = before["old name.txt"] as string
      const { base, changed, commit, repository } = yield* scene({ "old name.txt": old.replace("line 10", "ten") })
      const diff = yield* diffOf(repository, base, changed)
      const moved = yield* commit("main", { "old name.txt": `more\nand more\n${old}` })

      const tree = yield* applyDiff({ repository, commit: moved, diff })

      assert.strictEqual(
        yield* ask(repository, ["cat-file", "blob", `${tree}:old name.txt`]),
        `more\nand more\n${old.replace("line 10", "ten")}`.trimEnd()
      )
    })
  )

  it.effect("changes nothing where the diff is empty", () =>
    Effect.gen(function* () {
      const { base, repository } = yield* scene({})
      const { tree } = yield* readCommit({ repository, commit: base })

      assert.strictEqual(yield* applyDiff({ repository, commit: base, diff: new Uint8Array() }), tree)
    })
  )

  it.effect("says in git's words why a diff does not apply, and applies none of it", () =>
    Effect.gen(function* () {
      const { base, changed, commit, repository } = yield* scene({ "a.txt": "one\n2\nthree\n", "b.txt": "b\n" })
      const diff = yield* diffOf(repository, base, changed)
      const other = yield* commit("main", { "a.txt": "nothing\nlike\nit\n" })

      const error = yield* Effect.flip(applyDiff({ repository, commit: other, diff }))

      assert.deepInclude(error, { _tag: "PatchRejected", retryable: false })
      assert.strictEqual(
        error.message,
        "The diff does not apply: patch failed: a.txt:1; a.txt: patch does not apply. Make it anew on the commit that it is for"
      )
    })
  )

  it.effect("rejects what is no diff, what is cut off, and what leaves the repository", () =>
    Effect.gen(function* () {
      const { base, changed, repository } = yield* scene({ "image.bin": binary.toReversed() })
      const whole = yield* diffOf(repository, base, changed)
      const outside = "--- /dev/null\n+++ b/../outside.txt\n@@ -0,0 +1 @@\n+x\n"
      const inGit = "--- /dev/null\n+++ b/.git/hooks/post-receive\n@@ -0,0 +1 @@\n+x\n"
      const short = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n"

      for (const diff of [Buffer.from("hello\n"), whole.subarray(0, 400), Buffer.from(short)]) {
        assert.strictEqual((yield* Effect.flip(applyDiff({ repository, commit: base, diff })))._tag, "PatchRejected")
      }
      for (const diff of [outside, inGit].map((text) => Buffer.from(text))) {
        const error = yield* Effect.flip(applyDiff({ repository, commit: base, diff }))
        assert.strictEqual(error._tag, "PatchRejected")
        assert.include(error.message, "invalid path")
      }
    })
  )

  it.effect("says so when the commit does not exist", () =>
    Effect.gen(function* () {
      const { repository } = yield* scene({})

      const error = yield* Effect.flip(applyDiff({ repository, commit: nowhere, diff: Buffer.from("x") }))

      assert.deepInclude(error, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )
})
