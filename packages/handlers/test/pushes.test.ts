import { JobRuntime } from "@drover/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { createUser, openPullRequest, recompute, recomputeUnknown, recordPush, type RefMove } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { handlers, noJobs, settled, withoutQueue } from "./support/queue.ts"
import { ahead, scene } from "./support/scene.ts"
import { commit, emptyRepository, member, ok, served, workTree } from "./support/served.ts"
import { eventsOf, kindsWaiting, linesOf, pushesOf, refsOf } from "./support/told.ts"

const sweep = recomputeUnknown({ olderThan: 0, limit: 1000 })

layer(forge(), { excludeTestServices: true })("a push", (it) => {
  describe("of a branch", () => {
    it.effect("tells its commits, oldest first, with the paths that each changed", () =>
      Effect.gen(function* () {
        const { push, repositoryId, tip } = yield* scene()
        const before = yield* tip("main")
        yield* push(
          { on: "main", files: { "m.txt": "m\n", "a.txt": null }, message: "First\n\nAnd more." },
          { on: "main", files: { "m.txt": "n\n" }, message: "Second" }
        )

        yield* recordPush({ repositoryId })

        const [body] = yield* pushesOf(repositoryId)
        assert.deepInclude(body, { ref: "refs/heads/main", before, after: yield* tip("main"), forced: false })
        const commits = body!["commits"] as ReadonlyArray<Record<string, unknown>>
        assert.deepInclude(commits[0], {
          message: "First\n\nAnd more.",
          added: ["m.txt"],
          modified: [],
          removed: ["a.txt"]
        })
        assert.deepInclude(commits[1], { message: "Second", added: [], modified: ["m.txt"], removed: [] })
        assert.deepStrictEqual(body!["head_commit"], commits[1])
      })
    )

    it.effect("tells the twenty newest of many", () =>
      Effect.gen(function* () {
        const { push, repositoryId } = yield* scene()
        yield* push(
          ...Array.from({ length: 25 }, (_, n) => ({ on: "main", files: { n: String(n) }, message: String(n) }))
        )

        yield* recordPush({ repositoryId })

        const [body] = yield* pushesOf(repositoryId)
        assert.deepStrictEqual(
          (body!["commits"] as ReadonlyArray<{ readonly message: string }>).map(({ message }) => message),
          Array.from({ length: 20 }, (_, n) => String(n + 5))
        )
      })
    )

    it.effect("is told once, however often it is told, and in the order of the names", () =>
      Effect.gen(function* () {
        const { push, repositoryId, tip } = yield* scene()
        const before = yield* tip("main")
        yield* push(
          { on: "zoo", from: "main", files: { z: "" } },
          { on: "abc", from: "main", files: { a: "" } },
          { on: "main", files: { m: "" } }
        )
        const told: ReadonlyArray<RefMove> = [
          { ref: "refs/heads/zoo", before: null, after: yield* tip("zoo") },
          { ref: "refs/heads/main", before, after: yield* tip("main") },
          { ref: "refs/heads/abc", before: null, after: yield* tip("abc") }
        ]

        yield* recordPush({ repositoryId, told })
        yield* recordPush({ repositoryId, told })
        yield* recordPush({ repositoryId })
        yield* sweep

        assert.deepStrictEqual(
          (yield* pushesOf(repositoryId)).map(({ ref }) => ref),
          ["refs/heads/abc", "refs/heads/main", "refs/heads/zoo"]
        )
        assert.deepInclude(yield* refsOf(repositoryId), { "refs/heads/main": yield* tip("main") })
      })
    )

    it.effect("has everything told and enqueued with it, or nothing", () =>
      Effect.gen(function* () {
        const { push, repositoryId, row, tip } = yield* scene()
        const before = [yield* refsOf(repositoryId), yield* row]
        const count = (yield* eventsOf(repositoryId)).length
        yield* push({ on: "feature", files: { "c.txt": "c\n" } })

        yield* Effect.flip(withoutQueue(recordPush({ repositoryId })))

        assert.deepStrictEqual([yield* refsOf(repositoryId), yield* row], before)
        assert.lengthOf(yield* eventsOf(repositoryId), count)
        yield* noJobs
        yield* sweep
        assert.deepInclude(yield* row, { headSha: yield* tip("feature") })
        assert.includeMembers(yield* kindsWaiting, ["recompute_mergeability", "recompute_review_decision"])
      })
    )
  })

  describe("of a pull request's branch", () => {
    it.effect("synchronizes it where its head moved, and not where its base did", () =>
      Effect.gen(function* () {
        const { id, push, repositoryId, tip } = yield* scene()
        const ada = yield* createUser({ login: `ada-${repositoryId}` })
        const before = yield* tip("feature")
        const synchronized = Effect.map(eventsOf(repositoryId), (rows) =>
          rows.filter(({ action }) => action === "synchronize")
        )
        yield* push({ on: "main", files: { "m.txt": "m\n" } })
        yield* recordPush({ repositoryId, actorId: ada.id })
        assert.deepStrictEqual(yield* synchronized, [])

        yield* push({ on: "feature", files: { "c.txt": "c\n" } })
        // a computation that looks first does not swallow the event
        yield* recompute(id)
        yield* recordPush({ repositoryId, actorId: ada.id })

        const [event, ...others] = yield* synchronized
        assert.lengthOf(others, 0)
        const after = yield* tip("feature")
        assert.deepInclude(event?.payload, { number: 1, before, after })
        assert.deepInclude(event, { pullRequestId: id, actorId: ada.id })
        assert.deepInclude(event?.payload["pull_request"], { head: { ref: "feature", sha: after } })
      })
    )

    it.effect("that nobody told of is told before the pull request is opened", () =>
      Effect.gen(function* () {
        const { push, repositoryId } = yield* scene({ commits: ahead })
        yield* push({ on: "other", from: "main", files: { o: "" } })
        const before = (yield* linesOf(repositoryId)).length

        yield* openPullRequest({ repositoryId, title: "Other", base: "main", head: "other" })
        yield* sweep

        assert.deepStrictEqual((yield* linesOf(repositoryId)).slice(before), [
          "create other nobody",
          "push refs/heads/other nobody",
          "pull_request opened 2 nobody"
        ])
      })
    )

    it.effect("while it is computed ends with the state of the second of two", () =>
      Effect.gen(function* () {
        yield* noJobs
        const { push, repositoryId, row, tip } = yield* scene()
        const compare = yield* (yield* GitControl).hold("diff-tree")
        yield* JobRuntime.make({ handlers, resetInterval: false })
        yield* compare.arrived

        for (const name of ["c.txt", "d.txt"]) {
          const before = yield* tip("feature")
          yield* push({ on: "feature", files: { [name]: "more\n" } })
          const told = [{ ref: "refs/heads/feature", before, after: yield* tip("feature") }]
          yield* recordPush({ repositoryId, told })
        }
        yield* compare.open
        yield* settled

        assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeableState: "clean", commits: 3 })
      })
    )
  })

  describe("that races with another", () => {
    it.effect("is its own pusher's, in whichever order they are told", () =>
      Effect.gen(function* () {
        const { push, repositoryId, tip } = yield* scene()
        const [ada, bob] = [
          yield* createUser({ login: `ada-${repositoryId}` }),
          yield* createUser({ login: `bob-${repositoryId}` })
        ]
        const ref = "refs/heads/main"
        const tips = [yield* tip("main")]
        for (const name of ["x", "y"]) {
          yield* push({ on: "main", files: { [name]: "" } })
          tips.push(yield* tip("main"))
        }

        const second = yield* Effect.forkChild(
          recordPush({ repositoryId, actorId: bob.id, told: [{ ref, before: tips[1]!, after: tips[2]! }] }),
          { startImmediately: true }
        )
        yield* recordPush({ repositoryId, actorId: ada.id, told: [{ ref, before: tips[0]!, after: tips[1]! }] })
        yield* Fiber.join(second)

        const told = (yield* eventsOf(repositoryId)).filter(({ event }) => event === "push")
        assert.deepStrictEqual(
          told.map(({ actorId, payload }) => [actorId, payload["before"], payload["after"]]),
          [
            [ada.id, tips[0], tips[1]],
            [bob.id, tips[1], tips[2]]
          ]
        )
      })
    )

    it.effect("that nobody told of leaves what was told to its pusher", () =>
      Effect.gen(function* () {
        const { push, repositoryId, tip } = yield* scene()
        const ada = yield* createUser({ login: `ada-${repositoryId}` })
        const ref = "refs/heads/main"
        yield* push({ on: "main", files: { x: "" } })
        const before = yield* tip("main")
        yield* push({ on: "main", files: { y: "" } })

        yield* recordPush({ repositoryId, actorId: ada.id, told: [{ ref, before, after: yield* tip("main") }] })

        assert.deepStrictEqual((yield* linesOf(repositoryId)).slice(-2), [
          `push ${ref} nobody`,
          `push ${ref} ${ada.id}`
        ])
      })
    )
  })
})

layer(served(), { excludeTestServices: true })("many pushes at once", (it) => {
  it.effect("are all told, each as its pusher's", () =>
    Effect.gen(function* () {
      const repository = yield* emptyRepository()
      const people = yield* Effect.forEach([1, 2, 3, 4], () => member(repository, "write"))
      const path = yield* workTree(people[0]!.url)
      yield* ok(path, "push", "origin", "main")
      const pushes = Array.from({ length: 20 }, (_, n) => ({ branch: `topic-${n}`, who: people[n % 4]! }))

      yield* Effect.forEach(pushes, ({ branch, who }) => ok(path, "push", who.url, `main:${branch}`), {
        concurrency: "unbounded"
      })

      assert.sameMembers(
        (yield* linesOf(repository.id)).slice(2),
        pushes.flatMap(({ branch, who }) => [`create ${branch} ${who.id}`, `push refs/heads/${branch} ${who.id}`])
      )
    })
  )

  it.effect("of one branch are each their pusher's", () =>
    Effect.gen(function* () {
      const repository = yield* emptyRepository()
      const people = yield* Effect.forEach([1, 2, 3], () => member(repository, "write"))
      const trees = yield* Effect.forEach(people, (who) => Effect.map(workTree(who.url), (path) => ({ path, who })))
      yield* ok(trees[0]!.path, "push", "origin", "main")
      // each on top of the one before, so that the next may come while the one before is being told
      for (const [index, { path, who }] of [...trees, ...trees].entries()) {
        yield* ok(path, "fetch", "--quiet", "origin", "main")
        yield* ok(path, "reset", "--hard", "--quiet", "FETCH_HEAD")
        yield* commit(path, `file-${index}`, who.login)
        yield* ok(path, "push", "origin", "HEAD:main")
      }

      const told = (yield* eventsOf(repository.id)).filter(({ event }) => event === "push").slice(1)
      assert.deepStrictEqual(
        told.map(({ actorId }) => actorId),
        [...people, ...people].map(({ id }) => id)
      )
    })
  )
})
