import { Oid, readCommit } from "@drover/git"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { CodeHosts } from "../../../src/batchChanges/host/CodeHosts.ts"
import { buildCommit } from "../../../src/batchChanges/push/buildCommit.ts"
import { forge } from "../../support.ts"
import { GitControl } from "../../support/GitControl.ts"
import { ask } from "../../support/history.ts"
import { BRANCH, type Death, neverFirst, overtaken, pushScene } from "../../support/pushScene.ts"
import { eventsOf } from "../../support/told.ts"

layer(CodeHosts.local.pipe(Layer.provideMerge(forge())), { excludeTestServices: true })(
  "the push of a changeset",
  (it) => {
    it.effect("makes the branch once: a repeated push is up to date, with the same commit", () =>
      Effect.gen(function* () {
        const { push, spec, steps, tip } = yield* pushScene()
        const one = yield* spec({ "b.txt": "b\n" })

        const made = yield* push(one)
        const again = yield* push(one)

        assert.deepInclude(made, { _tag: "Pushed", how: "create", pushed: yield* tip })
        assert.deepStrictEqual(again, { _tag: "UpToDate", built: made.built, pushed: made.built, tip: made.built })
        assert.deepStrictEqual(
          (yield* steps).map(({ intent }) => intent),
          [{ commit: made.built, expected: null, built: made.built }]
        )
      })
    )

    it.effect("puts the new commit in place of the old one where nobody else was, on the base as it is now", () =>
      Effect.gen(function* () {
        const { disk, file, parents, push, spec, subjects } = yield* pushScene()
        const first = yield* push(yield* spec({ "b.txt": "1\n" }))
        const base = yield* disk.commit("main", { "z.txt": "moved on\n" })

        const second = yield* push(yield* spec({ "b.txt": "2\n" }))

        assert.deepInclude(second, { _tag: "Pushed", how: "replace" })
        assert.notStrictEqual(second.built, first.built)
        assert.deepStrictEqual(yield* subjects, ["Change things"])
        assert.deepStrictEqual(yield* parents(second.built), [base])
        assert.strictEqual(yield* file("b.txt"), "2")
      })
    )

    it.effect("makes the branch again where somebody deleted it", () =>
      Effect.gen(function* () {
        const { people, push, spec, tip } = yield* pushScene()
        const one = yield* spec({ "b.txt": "1\n" })
        const { built } = yield* push(one)
        yield* people.move(BRANCH, null)

        assert.deepInclude(yield* push(one), { _tag: "Pushed", how: "create", pushed: built })
        assert.strictEqual(yield* tip, built)
      })
    )

    it.effect("leaves alone what people put on top of what is wanted", () =>
      Effect.gen(function* () {
        const { people, push, spec, tip } = yield* pushScene()
        const one = yield* spec({ "b.txt": "1\n" })
        const { built } = yield* push(one)
        const theirs = yield* people.commit(BRANCH, { "c.txt": "theirs\n" })

        assert.deepStrictEqual(yield* push(one), { _tag: "UpToDate", built, pushed: built, tip: theirs })
        assert.strictEqual(yield* tip, theirs)
      })
    )

    it.effect("puts what a new spec changes on top of people's commits, again and again", () =>
      Effect.gen(function* () {
        const { file, lines, parents, paths, people, push, spec, subjects, tip } = yield* pushScene()
        const edit = (first: string) => lines.replace("line 0", first)
        yield* push(yield* spec({ "a.txt": edit("one"), "b.txt": "1\n" }))
        const theirs = yield* people.commit(BRANCH, { "a.txt": edit("one").replace("line 9", "theirs") })

        const second = yield* push(yield* spec({ "a.txt": edit("two"), "b.txt": "2\n" }))

        assert.deepInclude(second, { _tag: "Pushed", how: "reapply", pushed: yield* tip })
        assert.deepStrictEqual(yield* parents(yield* tip), [theirs])
        assert.strictEqual(`${yield* file("a.txt")}\n`, edit("two").replace("line 9", "theirs"))
        assert.strictEqual(yield* file("b.txt"), "2")

        const more = yield* people.commit(BRANCH, { "c.txt": "more\n" })
        const last = yield* spec({ "a.txt": edit("three") })
        const third = yield* push(last)

        assert.deepInclude(third, { _tag: "Pushed", how: "reapply" })
        assert.deepStrictEqual(yield* parents(yield* tip), [more])
        assert.strictEqual(`${yield* file("a.txt")}\n`, edit("three").replace("line 9", "theirs"))
        // of people, and no longer of the spec
        assert.includeMembers([...(yield* paths)], ["c.txt"])
        assert.notInclude(yield* paths, "b.txt")
        assert.lengthOf(yield* subjects, 5)
        assert.deepInclude(yield* push(last), { _tag: "UpToDate", pushed: third._tag === "Pushed" ? third.pushed : "" })
      })
    )

    it.effect("dates what it puts on top by the tip, so that the same is the same commit", () =>
      Effect.gen(function* () {
        const { disk, people, push, spec, tip } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        const theirs = yield* people.commit(BRANCH, { "c.txt": "theirs\n" })
        yield* push(yield* spec({ "b.txt": "2\n" }))

        const time = (commit: string) => ask(disk.path, "log", "-1", "--format=%at %ct", commit)
        assert.strictEqual(yield* time(yield* tip), yield* time(theirs))
      })
    )

    it.effect("merges a base that has moved into a branch with people's commits, so that theirs alone is shown", () =>
      Effect.gen(function* () {
        const { disk, parents, people, push, spec, tip } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        const theirs = yield* people.commit(BRANCH, { "c.txt": "theirs\n" })
        const base = yield* disk.commit("main", { "z.txt": "moved on\n" })

        yield* push(yield* spec({ "b.txt": "2\n" }))

        assert.deepStrictEqual(yield* parents(yield* tip), [theirs, base])
        assert.strictEqual(yield* ask(disk.path, "diff", "--name-only", `main...${BRANCH}`), "b.txt\nc.txt")
      })
    )

    it.effect("goes on where people have merged the base themselves", () =>
      Effect.gen(function* () {
        const { disk, parents, paths, push, spec, tip, told } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        yield* disk.commit("main", { "z.txt": "moved on\n" })
        const merge = yield* disk.merge(BRANCH, "main")
        yield* told(BRANCH)

        assert.deepInclude(yield* push(yield* spec({ "b.txt": "2\n" })), { _tag: "Pushed", how: "reapply" })

        assert.deepStrictEqual(yield* parents(yield* tip), [merge])
        assert.includeMembers([...(yield* paths)], ["b.txt", "z.txt"])
      })
    )

    it.effect("has nothing to do where people made the new change themselves", () =>
      Effect.gen(function* () {
        const { people, push, spec, tip } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        const theirs = yield* people.commit(BRANCH, { "b.txt": "2\n" })
        const two = yield* spec({ "b.txt": "2\n" })

        assert.deepInclude(yield* push(two), { _tag: "UpToDate", pushed: theirs, tip: theirs })
        assert.deepInclude(yield* push(two), { _tag: "UpToDate", pushed: theirs, tip: theirs })

        yield* push(yield* spec({ "b.txt": "3\n" }))
        assert.notStrictEqual(yield* tip, theirs)
      })
    )

    it.effect("asks a person where people's commits do not fit, names the paths, and pushes nothing", () =>
      Effect.gen(function* () {
        const { people, push, repository, spec, state, steps, tip } = yield* pushScene()
        const one = yield* spec({ "b.txt": "1\n", "d.txt": "1\n" })
        const { built } = yield* push(one)
        const theirs = yield* people.commit(BRANCH, { "b.txt": "theirs\n" })

        const outcome = yield* push(yield* spec({ "b.txt": "2\n", "d.txt": "2\n" }))

        assert.strictEqual(
          outcome._tag === "Attention" ? outcome.reason : "",
          `People committed to the branch "${BRANCH}" of ${repository.name}, which is at ${theirs}, and what is new does not fit with it in b.txt. Nothing was pushed. Make the change there by hand, or take those commits off the branch, and retry`
        )
        assert.strictEqual(yield* tip, theirs)
        assert.deepInclude(yield* state, { builtSha: built, pushedSha: built })
        assert.lengthOf(yield* steps, 1)
        // the first spec is there, whatever is on top of it
        assert.deepInclude(yield* push(one), { _tag: "UpToDate", tip: theirs })
      })
    )

    it.effect("asks a person where the branch was rewritten, and goes on when it is moved back", () =>
      Effect.gen(function* () {
        const { build, disk, people, push, repository, spec, tip } = yield* pushScene()
        const { built } = yield* push(yield* spec({ "b.txt": "1\n" }))
        const theirs = yield* build(yield* disk.tip("main"), { "b.txt": "theirs\n" })
        yield* people.move(BRANCH, theirs)
        const two = yield* spec({ "b.txt": "2\n" })

        const outcome = yield* push(two)

        assert.strictEqual(
          outcome._tag === "Attention" ? outcome.reason : "",
          `The branch "${BRANCH}" of ${repository.name} was rewritten: it is at ${theirs}, without what Drover pushed. Nothing was pushed over it. To go on, delete it, or move it back to ${built}, and retry`
        )
        assert.strictEqual(yield* tip, theirs)
        yield* people.move(BRANCH, built)
        assert.deepInclude(yield* push(two), { _tag: "Pushed", how: "replace" })
      })
    )

    it.effect("asks a person where the branch was there before, and makes it once it is gone", () =>
      Effect.gen(function* () {
        const { people, push, spec, tip } = yield* pushScene()
        const theirs = yield* people.commit(BRANCH, { "b.txt": "theirs\n" })
        const one = yield* spec({ "b.txt": "1\n" })

        const outcome = yield* push(one)

        assert.match(
          outcome._tag === "Attention" ? outcome.reason : "",
          /is at [0-9a-f]{40}, and Drover never pushed it.*Rename or delete that branch and retry/
        )
        assert.strictEqual(yield* tip, theirs)
        yield* people.move(BRANCH, null)
        assert.deepInclude(yield* push(one), { _tag: "Pushed", how: "create" })
      })
    )

    for (const death of [
      "before the step",
      "before the push",
      "after the push"
    ] as const satisfies ReadonlyArray<Death>) {
      it.effect(`comes to one commit where its worker dies ${death}, whatever is wanted afterwards`, () =>
        Effect.gen(function* () {
          const { push, spec, subjects, tip } = yield* pushScene()
          const one = yield* spec({ "b.txt": "1\n" })
          const two = yield* spec({ "b.txt": "2\n" })
          const three = yield* spec({ "b.txt": "3\n" })

          yield* Effect.exit(push(one, { death }))
          yield* Effect.exit(push(two, { death }))
          yield* Effect.exit(push(three, { death }))
          const outcome = yield* push(three)

          assert.include(["Pushed", "UpToDate"], outcome._tag)
          assert.strictEqual(yield* tip, outcome.built)
          assert.deepStrictEqual(yield* subjects, ["Change things"])
        })
      )

      it.effect(`loses nothing that people committed where its worker dies ${death}`, () =>
        Effect.gen(function* () {
          const { file, people, push, spec, subjects } = yield* pushScene()
          yield* push(yield* spec({ "b.txt": "1\n" }))
          yield* people.commit(BRANCH, { "c.txt": "theirs\n" })
          const two = yield* spec({ "b.txt": "2\n" })
          yield* Effect.exit(push(two, { death }))
          yield* Effect.exit(push(two, { death }))

          const outcome = yield* push(two)

          assert.include(["Pushed", "UpToDate"], outcome._tag)
          assert.deepStrictEqual(yield* subjects, ["Change things", "Change c.txt", "Change things"])
          assert.strictEqual(yield* file("b.txt"), "2")
          // and not what was half done, when something else is wanted
          yield* push(yield* spec({ "b.txt": "3\n" }), { previous: two })
          assert.strictEqual(yield* file("b.txt"), "3")
          assert.strictEqual(yield* file("c.txt"), "theirs")
        })
      )
    }

    it.effect("knows its own commit by the spec before where nothing else is written of it", () =>
      Effect.gen(function* () {
        const { host, push, repository, spec } = yield* pushScene()
        const one = yield* spec({ "b.txt": "1\n" })
        const two = yield* spec({ "b.txt": "2\n" })
        const commit = yield* buildCommit({ repository, spec: one })
        yield* host.push({ repository, branch: BRANCH, commit, expected: null })

        assert.strictEqual((yield* push(two))._tag, "Attention")
        assert.deepInclude(yield* push(two, { previous: one }), { _tag: "Pushed", how: "replace" })
      })
    )

    it.effect("builds again what was pruned, to tell people's work from its own, and asks where it cannot", () =>
      Effect.gen(function* () {
        const { disk, file, people, push, spec, tip } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        yield* people.commit(BRANCH, { "c.txt": "theirs\n" })
        const two = yield* spec({ "b.txt": "2\n" })
        const { built } = yield* push(two)
        yield* ask(disk.path, "prune", "--expire=now")
        assert.strictEqual(
          (yield* Effect.flip(readCommit({ repository: disk.path, commit: Oid.make(built) })))._tag,
          "RevisionNotFound"
        )
        const before = yield* tip
        const three = yield* spec({ "b.txt": "3\n" })

        const outcome = yield* push(three)
        assert.match(outcome._tag === "Attention" ? outcome.reason : "", /cannot tell theirs from its own/)
        assert.strictEqual(yield* tip, before)

        assert.deepInclude(yield* push(three, { previous: two }), { _tag: "Pushed", how: "reapply" })
        assert.strictEqual(yield* file("b.txt"), "3")
        assert.strictEqual(yield* file("c.txt"), "theirs")
      })
    )

    it.effect("looks again where somebody is faster, and builds on what they did", () =>
      Effect.gen(function* () {
        const { file, host, people, push, spec, steps } = yield* pushScene()
        yield* push(yield* spec({ "b.txt": "1\n" }))
        const as = overtaken(host, people.commit(BRANCH, { "c.txt": "theirs\n" }))

        const outcome = yield* push(yield* spec({ "b.txt": "2\n" }), { as })

        assert.deepInclude(outcome, { _tag: "Pushed", how: "reapply" })
        assert.strictEqual(yield* file("c.txt"), "theirs")
        assert.strictEqual(yield* file("b.txt"), "2")
        // that which came too late, and that which was done
        assert.lengthOf(yield* steps, 3)
      })
    )

    it.effect("is told as that also where its worker died before the forge could tell", () =>
      Effect.gen(function* () {
        const { crashAfter } = yield* GitControl
        const { actor, push, repositoryId, spec } = yield* pushScene()
        const one = yield* spec({ "b.txt": "1\n" })
        yield* crashAfter("update-ref")
        yield* Effect.exit(push(one))
        const pushes = Effect.map(eventsOf(repositoryId), (events) =>
          events.filter(({ event }) => event === "push").map(({ actorId, payload }) => [actorId, payload["after"]])
        )
        assert.deepStrictEqual(yield* pushes, [])

        const outcome = yield* push(one)
        yield* push(one)

        assert.strictEqual(outcome._tag, "UpToDate")
        assert.deepStrictEqual(yield* pushes, [[actor, outcome.built]])
      })
    )

    it.effect("gives up for now where somebody always is", () =>
      Effect.gen(function* () {
        const { host, push, spec, state } = yield* pushScene()

        const error = yield* Effect.flip(push(yield* spec({ "b.txt": "1\n" }), { as: neverFirst(host) }))

        assert.deepInclude(error, { _tag: "BranchMoved", retryable: true })
        assert.isNull((yield* state).builtSha)
      })
    )

    it.effect("is told as the push of whoever acts", () =>
      Effect.gen(function* () {
        const { actor, push, repositoryId, spec } = yield* pushScene()
        const { built } = yield* push(yield* spec({ "b.txt": "1\n" }))

        const pushes = (yield* eventsOf(repositoryId)).filter(({ event }) => event === "push")
        assert.deepStrictEqual(
          pushes.map(({ actorId, payload }) => [actorId, payload["ref"], payload["after"]]),
          [[actor, `refs/heads/${BRANCH}`, built]]
        )
      })
    )
  }
)
