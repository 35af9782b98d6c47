import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { changeBase, mergePullRequest, recompute, recordPush, setDraft } from "../src/index.ts"
import { forge } from "./support.ts"
import { GitControl } from "./support/GitControl.ts"
import { untilBlocked } from "./support/queue.ts"
import { ahead, alter, scene, stateOf } from "./support/scene.ts"

/** Starts a computation, holds it while it compares, does something else, and gives what is to be joined. */
const heldWhile = Effect.fnUntraced(function* <A, E, R>(id: number, meanwhile: Effect.Effect<A, E, R>) {
  const { hold } = yield* GitControl
  const first = yield* hold("diff-tree")
  const run = yield* Effect.forkChild(recompute(id))
  yield* first.arrived
  yield* meanwhile
  // the old run now ends its comparison; whatever it does next compares again, and is held there
  const second = yield* hold("diff-tree")
  yield* first.open
  const ended = Effect.andThen(Fiber.join(run), Effect.die("it ended without comparing again"))
  yield* Effect.raceFirst(second.arrived, ended)
  return { run, goOn: second.open }
})

layer(forge(), { excludeTestServices: true })("a computation that the world overtakes", (it) => {
  it.effect("never writes over the unknown state of a newer head", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, row, tip } = yield* scene()
      const pushed = push({ on: "feature", files: { "c.txt": "c\n" } })

      const { goOn, run } = yield* heldWhile(
        id,
        Effect.andThen(pushed, recordPush({ repositoryId, branches: ["feature"] }))
      )

      assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeable: null, mergeableState: "unknown" })
      yield* goOn
      yield* Fiber.join(run)
      assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeableState: "clean", commits: 2 })
    })
  )

  it.effect("notices a push that nobody recorded", () =>
    Effect.gen(function* () {
      const { id, push, ref, row, tip } = yield* scene()

      const { goOn, run } = yield* heldWhile(id, push({ on: "main", files: { "b.txt": "another\n" } }))

      assert.deepInclude(yield* row, { baseSha: yield* tip("main"), mergeable: null, mergeableState: "unknown" })
      assert.isUndefined(yield* ref("refs/pull/1/merge"))
      yield* goOn
      yield* Fiber.join(run)
      assert.deepInclude(yield* row, {
        baseSha: yield* tip("main"),
        mergeableState: "dirty",
        conflictedPaths: ["b.txt"]
      })
    })
  )

  it.effect("notices that it became a draft", () =>
    Effect.gen(function* () {
      const { id, row } = yield* scene()

      const { goOn, run } = yield* heldWhile(id, setDraft({ pullRequestId: id, draft: true }))

      assert.deepInclude(yield* row, { draft: true, mergeableState: "unknown" })
      yield* goOn
      yield* Fiber.join(run)
      assert.strictEqual(yield* stateOf(id), "draft, mergeable")
    })
  )

  it.effect("notices that it got another base, although no branch moved", () =>
    Effect.gen(function* () {
      const commits = [...ahead, { on: "release", from: "main", files: { "b.txt": "another\n" } }]
      const { id, row, tip } = yield* scene({ commits })

      const { goOn, run } = yield* heldWhile(id, changeBase({ pullRequestId: id, base: "release" }))

      assert.deepInclude(yield* row, { baseRef: "release", baseSha: yield* tip("release"), mergeableState: "unknown" })
      yield* goOn
      yield* Fiber.join(run)
      assert.deepInclude(yield* row, { baseRef: "release", baseSha: yield* tip("release"), mergeableState: "dirty" })
    })
  )

  it.effect("notices that it got another base with the same tip, which may be protected otherwise", () =>
    Effect.gen(function* () {
      const { id, repository, row, tip } = yield* scene()
      yield* repository.forcePush("release", yield* tip("main"))

      const { goOn, run } = yield* heldWhile(id, changeBase({ pullRequestId: id, base: "release" }))

      assert.deepInclude(yield* row, { baseRef: "release", mergeableState: "unknown" })
      yield* goOn
      yield* Fiber.join(run)
      assert.strictEqual(yield* stateOf(id), "clean, mergeable")
    })
  )

  it.effect("leaves alone what was merged meanwhile", () =>
    Effect.gen(function* () {
      const { id, ref, row } = yield* scene()
      const compare = yield* (yield* GitControl).hold("diff-tree")
      const run = yield* Effect.forkChild(recompute(id))
      yield* compare.arrived

      const merged = yield* mergePullRequest({ pullRequestId: id, method: "squash" })
      yield* compare.open

      assert.deepStrictEqual(yield* Fiber.join(run), { _tag: "Skipped", reason: "merged" })
      assert.deepStrictEqual(yield* row, merged)
      assert.isUndefined(yield* ref("refs/pull/1/merge"))
    })
  )

  it.effect("leaves alone what was merged meanwhile, wherever the branches are", () =>
    Effect.gen(function* () {
      const { id, row } = yield* scene()
      const compare = yield* (yield* GitControl).hold("diff-tree")
      const run = yield* Effect.forkChild(recompute(id))
      yield* compare.arrived

      yield* alter(id, { state: "merged", mergedAt: new Date(), mergeCommitSha: "f".repeat(40) })
      yield* compare.open

      assert.deepStrictEqual(yield* Fiber.join(run), { _tag: "Skipped", reason: "merged" })
      assert.deepInclude(yield* row, { mergeable: null, mergeableState: "unknown" })
    })
  )

  it.effect("leaves it to a later attempt when the branches never stand still", () =>
    Effect.gen(function* () {
      const { id, push, row } = yield* scene()
      const { hold } = yield* GitControl
      const rounds = Array.from({ length: 5 }, (_, round) => round)
      let gate = yield* hold("diff-tree")
      const run = yield* Effect.forkChild(Effect.flip(recompute(id)))
      for (const round of rounds) {
        const held = gate
        yield* held.arrived
        yield* push({ on: "feature", files: { "c.txt": `${round}\n` } })
        if (round < rounds.length - 1) gate = yield* hold("diff-tree")
        yield* held.open
      }

      const error = yield* Fiber.join(run)

      assert.deepInclude(error, { _tag: "RetryableError", reason: "the branches kept moving while they were compared" })
      assert.strictEqual((yield* row).mergeableState, "unknown")
    })
  )

  it.effect("reads branches only while it holds the row, so that an older look is never noted over a newer one", () =>
    Effect.gen(function* () {
      const { id, push, repositoryId, row, tip } = yield* scene()
      const { hold } = yield* GitControl
      const look = yield* hold("for-each-ref")
      const run = yield* Effect.forkChild(recompute(id))
      yield* look.arrived
      yield* push({ on: "feature", files: { "c.txt": "c\n" } })

      // waits for the row that the run holds
      const record = yield* Effect.forkChild(recordPush({ repositoryId, branches: ["feature"] }))
      yield* untilBlocked
      const compare = yield* hold("diff-tree")
      yield* look.open
      yield* compare.arrived
      yield* Fiber.join(record)

      assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeableState: "unknown" })
      yield* compare.open
      yield* Fiber.join(run)
      assert.deepInclude(yield* row, { headSha: yield* tip("feature"), mergeableState: "clean", commits: 2 })
    })
  )
})
