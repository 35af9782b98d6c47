import { assert, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { blobSizes, diffTree, listTree, Oid, readBlobs } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { nowhere } from "./support/oids.ts"

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

layer(gitLayer(), realTime)("trees and blobs", (it) => {
  it.effect("lists the files of a commit, however deep, with sizes; a submodule has none", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const plain = yield* commit("main", { "a.txt": "one\n", "b/c/d e.txt": "", "new\nline": "123" })
      const folder = yield* ask(repository, ["ls-tree", "-z", plain])
      const tree = yield* ask(repository, ["mktree", "-z", "--missing"], `${folder}160000 commit ${nowhere}\tsub\0`)
      const withModule = yield* ask(repository, ["commit-tree", tree, "-m", "x"], "", {
        GIT_AUTHOR_NAME: "T",
        GIT_AUTHOR_EMAIL: "t@drover.invalid",
        GIT_COMMITTER_NAME: "T",
        GIT_COMMITTER_EMAIL: "t@drover.invalid"
      })

      const entries = yield* Stream.runCollect(listTree({ repository, commit: Oid.make(withModule) }))

      assert.deepStrictEqual(
        entries.map(({ mode, path, size }) => [mode, path, size]),
        [
          ["100644", "a.txt", 4],
          ["100644", "b/c/d e.txt", 0],
          ["100644", "new\nline", 3],
          ["160000", "sub", null]
        ]
      )
    })
  )

  it.effect("lists what differs between two trees, deletions and renames too", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const base = yield* commit("main", { same: "1", changed: "1", gone: "1", "x/moved": "moved\n" })
      const head = yield* commit("main", { changed: "2", gone: null, "x/moved": null, "y/moved": "moved\n" })

      const changes = yield* Stream.runCollect(diffTree({ repository, base, head }))

      assert.deepStrictEqual(
        changes.map(({ path, to }) => [path, to?.mode]),
        [
          ["changed", "100644"],
          ["gone", undefined],
          ["x/moved", undefined],
          ["y/moved", "100644"]
        ]
      )
      assert.deepStrictEqual(yield* Stream.runCollect(diffTree({ repository, base, head: base })), [])
    })
  )

  it.effect("tells a missing commit", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const base = yield* commit("main", { a: "1" })

      const listed = yield* Effect.flip(Stream.runCollect(listTree({ repository, commit: nowhere })))
      const differed = yield* Effect.flip(Stream.runCollect(diffTree({ repository, base, head: nowhere })))

      assert.deepInclude(listed, { _tag: "RevisionNotFound", revision: nowhere })
      assert.deepInclude(differed, { _tag: "RevisionNotFound", revision: nowhere })
    })
  )

  it.effect("reads blobs in the order asked, those larger than a pipe and empty ones too", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const large = "0123456789abcdef\n".repeat(40_000)
      const files = { a: "one\n", b: "", c: large, d: "blob 3\n missing\n" }
      const commit1 = yield* commit("main", files)
      const entries = yield* Stream.runCollect(listTree({ repository, commit: commit1 }))
      const oids = entries.map(({ oid }) => oid).toReversed()

      const blobs = yield* Stream.runCollect(readBlobs({ repository, oids }))
      const sizes = yield* blobSizes({ repository, oids })

      assert.deepStrictEqual(
        blobs.map(({ oid }) => oid),
        oids
      )
      assert.deepStrictEqual(
        blobs.map(({ content }) => text(content)),
        Object.values(files).toReversed()
      )
      assert.deepStrictEqual([...sizes.values()], [16, large.length, 0, 4])
    })
  )

  it.effect("fails for an object that is missing, whatever came before it", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const head = yield* commit("main", { a: "one\n" })
      const [entry] = yield* Stream.runCollect(listTree({ repository, commit: head }))
      const oids = [entry!.oid, nowhere]

      const read = yield* Effect.flip(Stream.runCollect(readBlobs({ repository, oids })))
      const sized = yield* Effect.flip(blobSizes({ repository, oids }))

      assert.deepInclude(read, { _tag: "ObjectNotFound", oid: nowhere })
      assert.deepInclude(sized, { _tag: "ObjectNotFound", oid: nowhere })
    })
  )

  it.effect("fails for a folder or a file that is missing instead of listing less", () =>
    Effect.gen(function* () {
      const { path: repository } = yield* TestRepository.make()
      const commit = (tree: string) =>
        Effect.map(
          ask(
            repository,
            ["hash-object", "-t", "commit", "-w", "--stdin"],
            `tree ${tree}\nauthor T <t> 1 +0000\ncommitter T <t> 1 +0000\n\nx\n`
          ),
          (oid) => Oid.make(oid)
        )
      const broken = yield* ask(repository, ["mktree", "-z", "--missing"], `040000 tree ${nowhere}\tfolder\0`)
      const hollow = yield* ask(repository, ["mktree", "-z", "--missing"], `100644 blob ${nowhere}\tfile\0`)

      const folder = yield* Effect.flip(Stream.runCollect(listTree({ repository, commit: yield* commit(broken) })))
      const file = yield* Effect.flip(Stream.runCollect(listTree({ repository, commit: yield* commit(hollow) })))

      assert.strictEqual(folder._tag, "GitFailed")
      assert.deepInclude(file, { _tag: "ObjectNotFound", oid: nowhere })
    })
  )

  it.effect("gives its turn back when a reader stops half way", () =>
    Effect.gen(function* () {
      const { commit, path: repository } = yield* TestRepository.make()
      const head = yield* commit("main", { a: "one\n", b: "two\n" })
      const first = Stream.runCollect(Stream.take(listTree({ repository, commit: head }), 1))

      const rounds = yield* Effect.forEach([1, 2, 3], () => first)

      assert.deepStrictEqual(
        rounds.map((entries) => entries.map(({ path }) => path)),
        [["a"], ["a"], ["a"]]
      )
    }).pipe(Effect.provide(gitLayer({ maxProcesses: 1 })))
  )
})
