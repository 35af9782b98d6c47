import { Database, JobRuntime, jobs } from "@drover/core"
import { Git, ObjectNotFound } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { eq, like, sql } from "drizzle-orm"
import { Deferred, Effect, Fiber } from "effect"
import { readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import {
  codeBlobs,
  CodeIndexLimits,
  deleteUnusedBlobs,
  indexState,
  ReindexCode,
  reindexCode,
  reindexCodeHandler,
  repositories
} from "../src/index.ts"
import { forge } from "./support.ts"
import { alterRepository, codeRepository, indexedFiles } from "./support/codeIndex.ts"
import { GitControl } from "./support/GitControl.ts"
import { noJobs, untilBlocked } from "./support/queue.ts"

const feed = (repository: string, args: readonly [string, ...ReadonlyArray<string>], stdin: string | Uint8Array) =>
  Git.use((git) => git.run({ args, repository, stdin }))

/** One commit on `main`, with these file changes as git's own words. */
const commitRaw = (repository: string, changes: string) =>
  feed(
    repository,
    ["fast-import", "--quiet"],
    `commit refs/heads/main\ncommitter T <t@drover.invalid> 1 +0000\ndata 1\nx\nfrom refs/heads/main^0\n${changes}`
  )

const first = { on: "main", from: null, files: { "a.txt": "alpha\n", "b/c.txt": "beta\n" } } as const

layer(forge())("the code search index", (it) => {
  it.effect("has the files of the default branch, and says of which commit", () =>
    Effect.gen(function* () {
      const { id, tip } = yield* codeRepository([first, { on: "other", from: "main", files: { "x.txt": "x" } }])

      const outcome = yield* reindexCode(id)

      const commitSha = yield* tip
      assert.deepInclude(outcome, { _tag: "Indexed", whole: true, commitSha, changedFiles: 2, readBlobs: 2 })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "alpha\n", "b/c.txt": "beta\n" })
      assert.deepInclude(yield* indexState(id), {
        commitSha,
        branch: "main",
        files: 2,
        bytes: 11,
        incomplete: false,
        error: null
      })
    })
  )

  it.effect("takes one file from git, and writes one, when a push changes one", () =>
    Effect.gen(function* () {
      const { id, push, tip } = yield* codeRepository([first])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { "a.txt": "gamma gamma\n" } })

      const outcome = yield* reindexCode(id)

      assert.deepInclude(outcome, { _tag: "Indexed", whole: false, changedFiles: 1, readBlobs: 1 })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "gamma gamma\n", "b/c.txt": "beta\n" })
      assert.deepInclude(yield* indexState(id), { commitSha: yield* tip, files: 2, bytes: 17 })
    })
  )

  it.effect("follows deletions, renames and files that become folders", () =>
    Effect.gen(function* () {
      const { id, push } = yield* codeRepository([first])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { "a.txt": null, "b/c.txt": null, "a.txt/d": "alpha\n", e: "beta\n" } })

      const outcome = yield* reindexCode(id)

      assert.deepInclude(outcome, { whole: false, readBlobs: 0, files: 2, bytes: 11 })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt/d": "alpha\n", e: "beta\n" })
    })
  )

  it.effect("does nothing when it has the tip already, or when there is no such repository", () =>
    Effect.gen(function* () {
      const { id, tip } = yield* codeRepository([first])
      yield* reindexCode(id)

      assert.deepStrictEqual(yield* reindexCode(id), { _tag: "Current", commitSha: yield* tip })
      assert.deepStrictEqual(yield* reindexCode(2 ** 40), { _tag: "Gone" })
      assert.isUndefined(yield* indexState(2 ** 40))
    })
  )

  it.effect("finds binary and large files by path alone, and reads what is not UTF-8 with U+FFFD", () =>
    Effect.gen(function* () {
      const { id } = yield* codeRepository([
        {
          on: "main",
          from: null,
          files: {
            "binary at its end": Buffer.concat([Buffer.from("text\n".repeat(4000)), Buffer.from([0])]),
            "just small enough": "x".repeat(384 * 1024),
            latin1: Buffer.from("caf\u{e9}\n", "latin1"),
            large: "x".repeat(384 * 1024 + 1),
            mark: "\u{feff}marked",
            empty: ""
          }
        }
      ])

      yield* reindexCode(id)

      const files = yield* indexedFiles(id)
      assert.deepInclude(files, {
        "binary at its end": "(binary)",
        latin1: "caf\u{fffd}\n",
        large: "(large)",
        mark: "\u{feff}marked",
        empty: ""
      })
      assert.strictEqual(files["just small enough"]?.length, 384 * 1024)
      assert.deepInclude(yield* indexState(id), { files: 6, incomplete: false })
    })
  )

  it.effect("keeps a blob once for all files and repositories that have it", () =>
    Effect.gen(function* () {
      const content = "said in many places\n"
      const one = yield* codeRepository([{ on: "main", from: null, files: { a: content, b: content } }])
      const two = yield* codeRepository([{ on: "main", from: null, files: { c: content } }])

      assert.deepInclude(yield* reindexCode(one.id), { changedFiles: 2, readBlobs: 1 })
      assert.deepInclude(yield* reindexCode(two.id), { changedFiles: 1, readBlobs: 0 })

      const { run } = yield* Database
      const rows = yield* run((db) => db.select().from(codeBlobs).where(eq(codeBlobs.content, content)))
      assert.lengthOf(rows, 1)
    })
  )

  it.effect("says what is left out for its limits, and goes on right from there", () =>
    Effect.gen(function* () {
      const limits = { files: 3, fileBytes: 10, bytes: 20, pathBytes: 8 }
      const index = (id: number) => Effect.provideService(reindexCode(id), CodeIndexLimits, limits)
      const { id, push } = yield* codeRepository([
        {
          on: "main",
          from: null,
          files: { a: "aaaaaaaaaa", b: "bbbbbbb", c: "cccccc", d: "much too large", "far/too/long": "" }
        }
      ])

      yield* index(id)
      const cut = yield* indexState(id)
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a", "b", "d"])
      assert.deepInclude(cut, { files: 3, bytes: 17, incomplete: true })
      assert.strictEqual(
        cut?.incompleteReason,
        "left out: 1 file past the limit of 20 bytes, 1 file with a path longer than 8 bytes"
      )

      yield* push({ on: "main", files: { b: null } })
      yield* index(id)
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a", "c", "d"])
      yield* push({ on: "main", files: { "far/too/long": null } })
      yield* index(id)
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a", "c", "d"])
      assert.deepInclude(yield* indexState(id), { files: 3, bytes: 16, incomplete: false, incompleteReason: null })

      // the difference alone would pass the limit
      yield* push({ on: "main", files: { e: "" } })
      assert.deepInclude(yield* index(id), { whole: true, files: 3 })
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a", "c", "d"])
      assert.strictEqual((yield* indexState(id))?.incompleteReason, "left out: 1 file past the limit of 3")
    })
  )

  it.effect("is right for an empty repository, for a default branch that is not there, and when it comes or goes", () =>
    Effect.gen(function* () {
      const { ask, id, push } = yield* codeRepository([])
      assert.deepInclude(yield* reindexCode(id), { _tag: "Indexed", commitSha: null, incompleteReason: null })
      assert.deepStrictEqual(yield* reindexCode(id), { _tag: "Current", commitSha: null })

      yield* push({ ...first, on: "trunk" })
      yield* reindexCode(id)
      assert.deepInclude(yield* indexState(id), {
        commitSha: null,
        files: 0,
        incompleteReason: 'there is no branch "main", which is the default one'
      })

      yield* push({ on: "main", from: "trunk", files: { d: "delta\n" } })
      yield* reindexCode(id)
      assert.deepInclude(yield* indexState(id), { files: 3, incomplete: false })

      yield* alterRepository(id, { defaultBranch: "trunk" })
      assert.deepInclude(yield* reindexCode(id), { whole: false, changedFiles: 1, branch: "trunk", files: 2 })

      yield* ask("update-ref", "-d", "refs/heads/trunk")
      assert.deepInclude(yield* reindexCode(id), { commitSha: null, changedFiles: 2, files: 0 })
      assert.deepStrictEqual(yield* indexedFiles(id), {})
    })
  )

  it.effect("notes the new name of a branch that is renamed", () =>
    Effect.gen(function* () {
      const { ask, id, tip } = yield* codeRepository([first])
      yield* reindexCode(id)
      const commitSha = yield* tip
      yield* ask("branch", "-m", "main", "trunk")
      yield* alterRepository(id, { defaultBranch: "trunk" })

      assert.deepStrictEqual(yield* reindexCode(id), { _tag: "Current", commitSha })
      assert.deepInclude(yield* indexState(id), { branch: "trunk", commitSha, files: 2 })
    })
  )

  it.effect("follows a history that was rewritten, and one whose former commits are gone", () =>
    Effect.gen(function* () {
      const { ask, id, push } = yield* codeRepository([first])
      yield* reindexCode(id)
      yield* push({ on: "main", from: null, files: { "a.txt": "alpha\n", "z.txt": "omega\n" } })
      assert.deepInclude(yield* reindexCode(id), { whole: false, changedFiles: 2 })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "alpha\n", "z.txt": "omega\n" })

      yield* push({ on: "main", from: null, files: { "a.txt": "alpha\n", y: "psi\n" } })
      yield* ask("reflog", "expire", "--expire=now", "--all")
      yield* ask("gc", "--prune=now", "--quiet")
      assert.deepInclude(yield* reindexCode(id), { whole: true, changedFiles: 2, readBlobs: 1 })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "alpha\n", y: "psi\n" })
    })
  )

  it.effect("leaves submodules out, and has what symbolic links say", () =>
    Effect.gen(function* () {
      const { ask, id, path, push, tip } = yield* codeRepository([first])
      yield* reindexCode(id)
      const blob = yield* ask("rev-parse", "main:a.txt")
      const commit = yield* tip
      yield* commitRaw(path, `M 120000 ${blob} link\nM 160000 ${commit} b/c.txt\n`)

      yield* reindexCode(id)
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "alpha\n", link: "alpha\n" })
      yield* push({ on: "main", files: { link: null } })
      yield* reindexCode(id)
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "alpha\n" })
    })
  )

  it.effect("tells names that are not UTF-8 apart as far as they can be told", () =>
    Effect.gen(function* () {
      const { id, path, push } = yield* codeRepository([first])
      yield* commitRaw(path, 'M 100644 inline "caf\\351"\ndata 1\n1\nM 100644 inline "caf\\350"\ndata 1\n2\n')
      yield* reindexCode(id)
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a.txt", "b/c.txt", "caf\u{fffd}"])

      yield* commitRaw(path, 'D "caf\\350"\n')
      assert.deepInclude(yield* reindexCode(id), { whole: true })
      assert.deepInclude(yield* indexedFiles(id), { "caf\u{fffd}": "1" })
      yield* push({ on: "main", files: { "a.txt": null } })
      assert.deepInclude(yield* reindexCode(id), { whole: false })
    })
  )

  it.effect("keeps the index and says why when the repository cannot be read, and is right again when it can", () =>
    Effect.gen(function* () {
      const { id, path, push } = yield* codeRepository([first])
      yield* reindexCode(id)
      const before = yield* indexState(id)
      yield* push({ on: "main", files: { d: "delta\n" } })
      yield* alterRepository(id, { path: `${path}/nowhere` })

      const error = yield* Effect.flip(reindexCode(id))

      assert.strictEqual(error._tag, "RepositoryNotFound")
      assert.deepStrictEqual(yield* indexState(id), { ...before!, error: error.message })
      assert.deepStrictEqual(Object.keys(yield* indexedFiles(id)), ["a.txt", "b/c.txt"])
      yield* alterRepository(id, { path })
      yield* reindexCode(id)
      assert.deepInclude(yield* indexState(id), { error: null, files: 3 })
    })
  )

  it.effect("takes a folder or a file that is missing for a failure, not for an empty one", () =>
    Effect.gen(function* () {
      const { ask, id, path } = yield* codeRepository([first])
      // apart, so that one can be taken away
      const pack = readdirSync(`${path}/objects/pack`).find((name) => name.endsWith(".pack"))
      if (pack !== undefined) {
        renameSync(`${path}/objects/pack/${pack}`, `${path}/pack`)
        yield* feed(path, ["unpack-objects", "-q"], readFileSync(`${path}/pack`))
      }
      const remove = Effect.fnUntraced(function* (revision: string) {
        const oid = yield* ask("rev-parse", revision)
        rmSync(`${path}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`)
      })
      yield* remove("main:b/c.txt")

      const error = yield* Effect.flip(reindexCode(id))

      assert.instanceOf(error, ObjectNotFound)
      assert.deepInclude(yield* indexState(id), { commitSha: null, indexedAt: null, files: 0, error: error.message })
      assert.deepStrictEqual(yield* indexedFiles(id), {})
      yield* remove("main:b")
      assert.strictEqual((yield* Effect.flip(reindexCode(id)))._tag, "GitFailed")
      assert.deepStrictEqual(yield* indexedFiles(id), {})
    })
  )

  it.effect("ends with the newer commit when the branch moves while it is indexed", () =>
    Effect.gen(function* () {
      const { id, push, tip } = yield* codeRepository([first])
      const control = yield* GitControl
      const gate = yield* control.hold("ls-tree")
      const fiber = yield* Effect.forkChild(reindexCode(id))
      yield* gate.arrived
      yield* push({ on: "main", files: { d: "delta\n" } })
      yield* gate.open

      const outcome = yield* Fiber.join(fiber)

      assert.deepInclude(outcome, { commitSha: yield* tip, files: 3, changedFiles: 3 })
      assert.deepInclude(yield* indexState(id), { commitSha: yield* tip, files: 3 })
    })
  )

  it.effect("is written once by two who index at the same time", () =>
    Effect.gen(function* () {
      const { id, tip } = yield* codeRepository([
        { on: "main", from: null, files: { "a.txt": "by two\n", "b.txt": "at once\n" } }
      ])
      const control = yield* GitControl
      const gate = yield* control.hold("cat-file") // the state is held while contents are read
      const one = yield* Effect.forkChild(reindexCode(id))
      yield* gate.arrived
      const two = yield* Effect.forkChild(reindexCode(id))
      yield* untilBlocked
      yield* gate.open

      assert.deepInclude(yield* Fiber.join(one), { _tag: "Indexed", changedFiles: 2 })
      assert.deepStrictEqual(yield* Fiber.join(two), { _tag: "Current", commitSha: yield* tip })
      assert.deepStrictEqual(yield* indexedFiles(id), { "a.txt": "by two\n", "b.txt": "at once\n" })
    })
  )

  it.effect(
    "of many files is the same, though their contents are stored ahead, and others took some away meanwhile",
    () =>
      Effect.gen(function* () {
        const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n}.txt`, `ahead ${n}\n`]))
        const { id } = yield* codeRepository([{ on: "main", from: null, files }])
        const control = yield* GitControl
        const { run } = yield* Database
        // the second listing is the one of the transaction that changes the index
        const gates = [yield* control.hold("ls-tree"), yield* control.hold("ls-tree")]
        const indexing = yield* Effect.forkChild(reindexCode(id))
        yield* gates[0]!.arrived
        yield* gates[0]!.open
        yield* gates[1]!.arrived
        const ahead = yield* run((db) => db.delete(codeBlobs).where(like(codeBlobs.content, "ahead 1%")).returning())
        yield* gates[1]!.open

        assert.isAbove(ahead.length, 100)
        assert.deepInclude(yield* Fiber.join(indexing), {
          _tag: "Indexed",
          changedFiles: 300,
          readBlobs: 300 + ahead.length
        })
        assert.deepStrictEqual(yield* indexedFiles(id), files)
      })
  )

  it.effect("goes with its repository", () =>
    Effect.gen(function* () {
      const { id } = yield* codeRepository([first])
      yield* reindexCode(id)
      const { run } = yield* Database
      yield* run((db) => db.delete(repositories).where(eq(repositories.id, id)))

      assert.deepStrictEqual(yield* reindexCode(id), { _tag: "Gone" })
      assert.deepStrictEqual(yield* indexedFiles(id), {})
    })
  )

  it.effect("is brought up to date by its job, which has nothing to do for no repository", () =>
    Effect.gen(function* () {
      const { id } = yield* codeRepository([first])
      yield* noJobs
      yield* ReindexCode.enqueue({ repositoryId: id })
      yield* ReindexCode.enqueue({ repositoryId: 2 ** 40 })

      yield* JobRuntime.runOnce({ handlers: [reindexCodeHandler] }).pipe(Effect.repeat({ while: (worked) => worked }))

      assert.deepInclude(yield* indexState(id), { files: 2 })
      const { run } = yield* Database
      const done = yield* run((db) =>
        db.select({ state: jobs.state }).from(jobs).where(eq(jobs.kind, ReindexCode.name))
      )
      assert.deepStrictEqual(done, [{ state: "completed" }, { state: "completed" }])
    })
  )
})

layer(forge())("blobs that nobody has any more", (it) => {
  const oids = Database.use(({ run }) => run((db) => db.select({ oid: codeBlobs.oid }).from(codeBlobs)))

  it.effect("are deleted, and others are not", () =>
    Effect.gen(function* () {
      const { ask, id, push } = yield* codeRepository([
        { on: "main", from: null, files: Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, name])) }
      ])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { a: null, b: null, d: null, f: "c" } })
      yield* reindexCode(id)
      assert.lengthOf(yield* oids, 5)

      assert.strictEqual(yield* deleteUnusedBlobs({ batchSize: 2 }), 3)

      assert.sameMembers(
        (yield* oids).map(({ oid }) => oid),
        [yield* ask("rev-parse", "main:c"), yield* ask("rev-parse", "main:e")]
      )
      assert.strictEqual(yield* deleteUnusedBlobs(), 0)
      assert.deepStrictEqual(yield* indexedFiles(id), { c: "c", e: "e", f: "c" })
    })
  )

  it.effect("stay while somebody is about to use them", () =>
    Effect.gen(function* () {
      const { id, push } = yield* codeRepository([{ on: "main", from: null, files: { a: "back again\n" } }])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { a: null } })
      yield* reindexCode(id)
      yield* push({ on: "main", files: { b: "back again\n", c: "new\n" } })
      const control = yield* GitControl
      const gate = yield* control.hold("cat-file")
      const fiber = yield* Effect.forkChild(reindexCode(id))
      yield* gate.arrived

      assert.strictEqual(yield* deleteUnusedBlobs(), 0)

      yield* gate.open
      assert.deepInclude(yield* Fiber.join(fiber), { readBlobs: 1 })
      assert.deepStrictEqual(yield* indexedFiles(id), { b: "back again\n", c: "new\n" })
    })
  )

  it.effect("are read from git again when they were deleted under the hands of who wants them", () =>
    Effect.gen(function* () {
      const { id, push } = yield* codeRepository([{ on: "main", from: null, files: { a: "gone for now\n" } }])
      yield* reindexCode(id)
      yield* push({ on: "main", files: { a: null } })
      yield* reindexCode(id)
      yield* push({ on: "main", files: { b: "gone for now\n" } })
      const { run, transaction } = yield* Database
      const deleted = yield* Deferred.make<void>()
      const end = yield* Deferred.make<void>()
      const deleting = yield* Effect.forkChild(
        transaction(
          Effect.gen(function* () {
            assert.strictEqual(yield* deleteUnusedBlobs(), 1)
            yield* Deferred.succeed(deleted, undefined)
            yield* Deferred.await(end)
          })
        )
      )
      yield* Deferred.await(deleted)
      const indexing = yield* Effect.forkChild(reindexCode(id))
      yield* untilBlocked
      yield* Deferred.succeed(end, undefined)

      yield* Fiber.join(deleting)
      assert.deepInclude(yield* Fiber.join(indexing), { readBlobs: 1 })
      assert.deepStrictEqual(yield* indexedFiles(id), { b: "gone for now\n" })
      assert.lengthOf(yield* run((db) => db.execute(sql`select 1 from code_blobs where content = 'gone for now\n'`)), 1)
    })
  )
})
