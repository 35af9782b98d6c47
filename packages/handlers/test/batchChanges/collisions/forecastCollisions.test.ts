import { Git } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { forecastCollisions } from "../../../src/batchChanges/index.ts"
import { closePullRequest, openPullRequest, setRole } from "../../../src/index.ts"
import { person } from "../../support/batchChanges.ts"
import { ask, type Commit } from "../../support/history.ts"
import { lines, more, revertForge, scene } from "../revert/scene.ts"

const on = (branch: string, files: Commit["files"]): Commit => ({ on: branch, from: "main", files })

/** Counts the merges that git is asked for. */
const countingMerges = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const git = yield* Git
  let processes = 0
  const counting = Git.of({
    ...git,
    run: (command) => {
      if (command.args[0] === "merge-tree") processes++
      return git.run(command)
    }
  })
  const result = yield* Effect.provideService(effect, Git, counting)
  return { result, processes }
})

layer(revertForge(), { excludeTestServices: true })("the forecast of collisions", (it) => {
  it.effect("names the pairs that will conflict, and on which paths", () =>
    Effect.gen(function* () {
      const { at } = yield* scene
      const repository = yield* at(
        on("one", { "a.txt": lines([2, "one"]), "b.txt": "one\n" }),
        on("two", { "a.txt": lines([2, "two"]), "b.txt": "two\n" }),
        // the same file, far away
        on("far", { "a.txt": lines([18, "far"]) }),
        on("other", { "c.txt": "other\n" })
      )
      for (const head of ["one", "two", "far", "other"]) {
        yield* openPullRequest({ repositoryId: repository.id, title: head, base: "main", head })
      }
      const objects = yield* ask(repository.path, "count-objects", "-v")

      const { processes, result } = yield* countingMerges(forecastCollisions({ repositoryId: repository.id }))

      const [found] = result.repositories
      assert.strictEqual(found!.heads.length, 4)
      assert.deepStrictEqual(
        found!.collisions.map(({ conflictedPaths, one, other }) => [one.headRef, other.headRef, conflictedPaths]),
        [["one", "two", ["a.txt", "b.txt"]]]
      )
      // three heads, and the three pairs of them, in one process
      assert.deepStrictEqual([found!.merges, processes], [6, 4])
      assert.strictEqual(yield* ask(repository.path, "count-objects", "-v"), objects)
    })
  )

  it.effect("asks git for no merge of fifty heads that have no path in common", () =>
    Effect.gen(function* () {
      const { at } = yield* scene
      const names = Array.from({ length: 50 }, (_, index) => `head-${index}`)
      const repository = yield* at(...names.map((name) => on(name, { [`folder/${name}.txt`]: "new\n" })))
      for (const head of names) yield* openPullRequest({ repositoryId: repository.id, title: head, base: "main", head })

      const { processes, result } = yield* countingMerges(forecastCollisions({ repositoryId: repository.id }))

      const [found] = result.repositories
      assert.strictEqual(found!.heads.length, 50)
      assert.deepStrictEqual([processes, found!.merges, found!.collisions], [0, 0, []])
    })
  )

  it.effect(
    "is of the base as it is: one that conflicts with that is told apart, and one upon another is no collision",
    () =>
      Effect.gen(function* () {
        const { at } = yield* scene
        const repository = yield* at(
          on("one", { "a.txt": lines([2, "one"]) }),
          on("late", { "a.txt": lines([12, "late"]) }),
          { on: "upon", from: "one", files: { "a.txt": lines([2, "one, then two"]) } },
          { on: "v2", from: "main", files: { "v2.txt": "" } }
        )
        yield* more(repository, { on: "main", files: { "a.txt": lines([12, "base"]) } })
        for (const head of ["one", "late", "upon"]) {
          yield* openPullRequest({ repositoryId: repository.id, title: head, base: "main", head })
        }
        yield* openPullRequest({ repositoryId: repository.id, title: "elsewhere", base: "v2", head: "late" })

        const { repositories } = yield* forecastCollisions({ repositoryId: repository.id })

        const [found] = repositories
        assert.deepStrictEqual(found!.collisions, [])
        assert.deepStrictEqual(
          found!.dirty.map(({ conflictedPaths, head }) => [head.headRef, head.baseRef, conflictedPaths]),
          [["late", "main", ["a.txt"]]]
        )
      })
  )

  it.effect("of a batch change, is of pairs with one of its own, and is for who may see it", () =>
    Effect.gen(function* () {
      const { at, follow, owner } = yield* scene
      const repository = yield* at(
        on("own", { "a.txt": lines([2, "own"]), "b.txt": "own\n" }),
        on("one", { "a.txt": lines([2, "one"]), "c.txt": "one\n" }),
        on("two", { "c.txt": "two\n" }),
        on("draft", { "b.txt": "draft\n" }),
        on("closed", { "b.txt": "closed\n" })
      )
      const changeset = yield* follow(repository, "own")
      for (const head of ["one", "two", "draft", "closed"]) {
        const { id } = yield* openPullRequest({
          repositoryId: repository.id,
          title: head,
          base: "main",
          head,
          draft: head === "draft"
        })
        if (head === "closed") yield* closePullRequest(id)
      }
      const asked = { batchChangeId: owner.id, actorId: owner.member }

      const { hidden, repositories } = yield* forecastCollisions(asked)

      assert.strictEqual(hidden, 0)
      assert.deepStrictEqual(
        repositories[0]!.collisions.map(({ one, other }) => [one.changesetId, one.own, other.headRef, other.own]),
        [
          [changeset.id, true, "one", false],
          [changeset.id, true, "draft", false]
        ]
      )
      const limited = yield* forecastCollisions({ ...asked, maxPairs: 1 })
      assert.deepStrictEqual([limited.repositories[0]!.untried, limited.repositories[0]!.collisions.length], [1, 1])

      const stranger = yield* person("stranger")
      const refused = yield* Effect.flip(forecastCollisions({ batchChangeId: owner.id, actorId: stranger.id }))
      assert.strictEqual(refused._tag, "BatchChangeUnknown")
      const unread = yield* Effect.flip(forecastCollisions({ repositoryId: repository.id, actorId: stranger.id }))
      assert.strictEqual(unread._tag, "RepositoryUnknown")
      yield* setRole({ repositoryId: repository.id, userId: owner.member, role: null })
      assert.deepStrictEqual(yield* forecastCollisions(asked), { repositories: [], hidden: 1 })
    })
  )

  it.effect("tries a new file in a folder that another renamed", () =>
    Effect.gen(function* () {
      const { at } = yield* scene
      const repository = yield* at(
        { on: "main", files: { "x/a.txt": lines(), "x/b.txt": lines([1, "b"]) } },
        on("renames", {
          "x/a.txt": null,
          "x/b.txt": null,
          "y/a.txt": lines(),
          "y/b.txt": lines([1, "b"])
        }),
        on("adds", { "x/new.txt": "new\n" })
      )
      for (const head of ["renames", "adds"]) {
        yield* openPullRequest({ repositoryId: repository.id, title: head, base: "main", head })
      }
      const { repositories } = yield* forecastCollisions({ repositoryId: repository.id })
      assert.deepStrictEqual(
        repositories[0]!.collisions.map(({ conflictedPaths }) => conflictedPaths),
        [["y/new.txt"]]
      )
    })
  )
})
