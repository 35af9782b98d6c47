import { commitFiles, type FileChange } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, Layer } from "effect"
import { buildCommit } from "../../../src/batchChanges/push/buildCommit.ts"
import { CodeHosts } from "../../../src/batchChanges/host/CodeHosts.ts"
import { forge } from "../../support.ts"
import { ask } from "../../support/history.ts"
import { type Change, pushScene, specOn } from "../../support/pushScene.ts"

const binary = Uint8Array.from({ length: 3000 }, (_, index) => (index * 7) % 256)

const start: Change = {
  "gone.txt": "bye\n",
  "old.txt": "some\nlines\nthat\nstay\n",
  "run.sh": "#!/bin/sh\n",
  "image.bin": binary,
  "dos.txt": "one\r\ntwo\r\n"
}

const changes: ReadonlyArray<readonly [name: string, change: Readonly<Record<string, FileChange>>]> = [
  ["edits", { "a.txt": "one\n" }],
  ["a new file", { "new.txt": "new\n" }],
  ["a deleted file", { "gone.txt": null }],
  ["a renamed file", { "old.txt": null, "new name.txt": "some\nlines\nthat\nstay\n" }],
  ["a mode", { "run.sh": { content: "#!/bin/sh\n", mode: "100755" } }],
  ["a symbolic link", { link: { content: "a.txt", mode: "120000" } }],
  ["binary content", { "image.bin": binary.toReversed() }],
  ["CR LF", { "dos.txt": "one\r\n2\r\n" }],
  ["no newline at the end", { "gone.txt": "bye" }],
  ["odd names", { "größe/日本 語.txt": "1\n", '"quoted" \\ and\ttab': "2\n", "-n": "3\n", "new\nline": "4\n" }]
]

layer(CodeHosts.local.pipe(Layer.provideMerge(forge())), { excludeTestServices: true })(
  "the commit of a spec",
  (it) => {
    it.effect("has the files that the spec means, whatever kind of change it is", () =>
      Effect.gen(function* () {
        const { disk, repository, spec } = yield* pushScene(start)
        for (const [name, change] of changes) {
          const meant = yield* commitFiles({
            repository: disk.path,
            parent: yield* disk.tip("main"),
            files: change,
            message: "",
            author: { name: "x", email: "", at: DateTime.makeUnsafe(0) }
          })

          const built = yield* buildCommit({ repository, spec: yield* spec(change) })

          const tree = (commit: string) => ask(disk.path, "rev-parse", `${commit}^{tree}`)
          assert.strictEqual(yield* tree(built), yield* tree(meant), name)
        }
      })
    )

    it.effect("is the spec's author's, of the time of its base, and on top of it alone", () =>
      Effect.gen(function* () {
        const { disk, repository, spec } = yield* pushScene()
        const base = yield* disk.tip("main")

        const built = yield* buildCommit({ repository, spec: yield* spec({ "b.txt": "b\n" }) })

        const shown = (format: string, commit: string) => ask(disk.path, "log", "-1", `--format=${format}`, commit)
        const time = yield* shown("%ct", base)
        assert.strictEqual(
          yield* shown("%P|%an <%ae> %at|%cn <%ce> %ct|%B", built),
          `${base}|Ada <ada@example.com> ${time}|Ada <ada@example.com> ${time}|Change things\n\nBecause.`
        )
      })
    )

    it.effect("is the same for ever, and another where anything of the spec is", () =>
      Effect.gen(function* () {
        const { disk, repository, spec } = yield* pushScene()
        const one = yield* spec({ "b.txt": "b\n" })
        const build = (changed: Partial<typeof one>) => buildCommit({ repository, spec: { ...one, ...changed } })
        const first = yield* build({})
        assert.strictEqual(yield* build({ title: "Another title" }), first)

        const others = yield* Effect.all([
          build({ commitMessage: "Another" }),
          build({ authorName: "Bob" }),
          build({ authorEmail: "bob@example.com" }),
          build({ diff: (yield* spec({ "b.txt": "c\n" })).diff }),
          build({ baseSha: yield* disk.commit("main", { "z.txt": "" }) })
        ])
        assert.strictEqual(new Set([first, ...others]).size, 6)
      })
    )

    it.effect("is Drover's own where nobody signs it, and says the title where nothing else is said", () =>
      Effect.gen(function* () {
        const { disk, repository, spec } = yield* pushScene()
        const unsigned = yield* spec({ "b.txt": "b\n" }, { authorName: " ", authorEmail: "", commitMessage: "\n" })

        const built = yield* buildCommit({ repository, spec: unsigned })

        const said = yield* ask(disk.path, "log", "-1", "--format=%an <%ae>|%B", built)
        assert.strictEqual(said, "drover <drover@localhost>|Change things")
      })
    )

    it.effect("says what is wrong with a spec that gives none", () =>
      Effect.gen(function* () {
        const { disk, repository, spec } = yield* pushScene()
        const good = yield* spec({ "a.txt": "one\n" })
        const other = yield* disk.commit("main", { "a.txt": "something else\n" })
        const same = yield* specOn(disk.path, other, {})
        for (const [wrong, says] of [
          [{ diff: null }, "its diff is empty"],
          [{ diff: new Uint8Array() }, "its diff is empty"],
          [same, "its diff is empty"],
          [{ baseSha: other }, "The diff does not apply: patch failed: a.txt:1"],
          [{ baseSha: "main" }, `its base "main" is not the id of a commit`],
          [{ baseSha: "deadbeef".repeat(5) }, "is no longer in the repository"],
          [{ authorName: "<>" }, "cannot be used because name and email cannot hold angle brackets"],
          [{ commitMessage: "a\0b" }, "it has a NUL in it"]
        ] as const) {
          const error = yield* Effect.flip(buildCommit({ repository, spec: { ...good, ...wrong } }))
          assert.deepInclude(error, { _tag: "CommitUnbuildable", retryable: false })
          assert.include(error.message, says)
          assert.include(error.message, repository.name)
        }
      })
    )
  }
)
