import { assert, layer } from "@effect/vitest"
import { Effect, Exit, FileSystem, Layer, Result } from "effect"
import { Git, mergeTree, mergeTrees } from "../src/index.ts"
import { TestRepository } from "../src/testing/index.ts"
import { ask } from "./support/ask.ts"
import { gitLayer, realTime } from "./support/layers.ts"
import { filesOf } from "./support/objects.ts"
import { nowhere } from "./support/oids.ts"
import * as Spawns from "./support/Spawns.ts"

/** Clean, in conflict over two files, over one with a newline in its name, a fast-forward, and one of another history. */
const scene = Effect.gen(function* () {
  const repository = yield* TestRepository.make()
  const root = yield* repository.commit("main", { a: "1\n", b: "1\n", "new\nline": "1\n" })
  const base = yield* repository.commit("main", { a: "2\n", b: "2\n", "new\nline": "2\n" })
  const from = root
  const clean = yield* repository.commit("clean", { c: "3\n" }, { from })
  const two = yield* repository.commit("two", { a: "3\n", b: "3\n" }, { from })
  const newline = yield* repository.commit("newline", { "new\nline": "3\n" }, { from })
  const forward = yield* repository.commit("forward", { d: "4\n" }, { from: base })
  const other = yield* repository.commit("other", { a: "5\n" }, { from: null })
  return { repository: repository.path, base, clean, two, newline, forward, other }
})

layer(Layer.mergeAll(gitLayer(), Spawns.layer()), realTime)("mergeTrees", (it) => {
  it.effect("says of each pair, in order, what mergeTree says of it alone", () =>
    Effect.gen(function* () {
      const { base, clean, forward, newline, repository, two } = yield* scene
      const pairs = [two, clean, newline, forward, clean].map((head) => ({ base, head }))

      const results = yield* mergeTrees({ repository, pairs })

      const alone = yield* Effect.forEach(pairs, (pair) => mergeTree({ ...pair, repository }))
      assert.deepStrictEqual(results.map(Result.getOrThrow), alone)
      assert.deepInclude(alone[0], { clean: false, conflictedPaths: ["a", "b"] })
    })
  )

  it.effect("goes on behind every pair that git gives up on", () =>
    Effect.gen(function* () {
      const { base, clean, other, repository, two } = yield* scene
      const heads = [other, clean, nowhere, other, two]

      const results = yield* mergeTrees({ repository, pairs: heads.map((head) => ({ base, head })) })

      assert.deepStrictEqual(
        results.map((result) => (Result.isSuccess(result) ? result.success.clean : result.failure._tag)),
        ["UnrelatedHistories", true, "RevisionNotFound", "UnrelatedHistories", false]
      )
    })
  )

  it.effect("asks one process about hundreds of pairs", () =>
    Effect.gen(function* () {
      const { base, clean, repository, two } = yield* scene
      const spawns = yield* Spawns.Spawns
      const pairs = Array.from({ length: 500 }, (_, index) => ({ base, head: index % 2 === 0 ? clean : two }))
      const before = spawns.total()

      const results = yield* mergeTrees({ repository, pairs })

      assert.strictEqual(spawns.total() - before, 1)
      assert.lengthOf(results, 500)
      const more = yield* mergeTrees({ repository, pairs: [...pairs, ...pairs, ...pairs.slice(0, 3)] })
      assert.strictEqual(spawns.total() - before, 4)
      assert.deepStrictEqual(more.slice(1000), results.slice(0, 3))
    }).pipe(Effect.provide(Spawns.layer()))
  )

  it.effect("is done with no pairs, and adds no object to the repository", () =>
    Effect.gen(function* () {
      const { base, clean, repository, two } = yield* scene
      const before = yield* filesOf(`${repository}/objects`)

      assert.deepStrictEqual(yield* mergeTrees({ repository, pairs: [] }), [])
      yield* mergeTrees({ repository, pairs: [clean, two].map((head) => ({ base, head })) })

      assert.deepStrictEqual(yield* filesOf(`${repository}/objects`), before)
    })
  )

  it.effect("takes fewer at once when one process says too much, and fails that pair alone which still does", () =>
    Effect.gen(function* () {
      const repository = yield* TestRepository.make()
      const long = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`file-${index}`, ""]))
      const all = (content: string) => Object.fromEntries(Object.keys(long).map((name) => [name, content]))
      const root = yield* repository.commit("main", all("1\n"))
      const base = yield* repository.commit("main", all("2\n"))
      const loud = yield* repository.commit("loud", all("3\n"), { from: root })
      const quiet = yield* repository.commit("quiet", { other: "" }, { from: root })
      const pairs = [quiet, loud, quiet].map((head) => ({ base, head }))

      const results = yield* mergeTrees({ repository: repository.path, pairs }).pipe(
        Effect.provide(gitLayer({ maxOutputBytes: 150 }))
      )

      assert.deepStrictEqual(
        results.map((result) => (Result.isSuccess(result) ? result.success.clean : result.failure._tag)),
        [true, "GitOutputTooLarge", true]
      )
    })
  )

  it.effect("does not merge with a tree it cannot read, and merges the others", () =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const { base, clean, newline, repository, two } = yield* scene
      const tree = yield* ask(repository, ["rev-parse", `${clean}^{tree}`])
      yield* fileSystem.remove(`${repository}/objects/${tree.slice(0, 2)}/${tree.slice(2)}`)

      const results = yield* mergeTrees({ repository, pairs: [two, clean, newline].map((head) => ({ base, head })) })

      assert.deepStrictEqual(
        results.map((result) => (Result.isSuccess(result) ? result.success.clean : result.failure._tag)),
        [false, "GitFailed", false]
      )
    })
  )

  it.effect("says so when there is no repository", () =>
    Effect.gen(function* () {
      const repository = "/nowhere/at/all.git"

      const error = yield* Effect.flip(mergeTrees({ repository, pairs: [{ base: nowhere, head: nowhere }] }))

      assert.deepInclude(error, { _tag: "RepositoryNotFound", path: repository })
    })
  )

  it.effect("removes its objects when it is stopped", () =>
    Effect.gen(function* () {
      const { base, clean, repository } = yield* scene
      const git = yield* Git
      const folders: Array<string> = []
      const watched = Git.of({
        ...git,
        temporaryFolder: Effect.tap(git.temporaryFolder, (folder) => Effect.sync(() => folders.push(folder))),
        run: () => Effect.interrupt
      })

      const exit = yield* Effect.exit(
        Effect.provideService(mergeTrees({ repository, pairs: [{ base, head: clean }] }), Git, watched)
      )

      assert.isTrue(Exit.isFailure(exit))
      const fileSystem = yield* FileSystem.FileSystem
      assert.lengthOf(folders, 1)
      assert.isFalse(yield* fileSystem.exists(folders[0]!))
    })
  )
})
