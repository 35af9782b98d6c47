/** Pull requests are made once. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { type ContractCase, gives, proposed } from "../ContractScene.ts"

export const creating: ReadonlyArray<ContractCase> = [
  gives(
    "makes an open pull request of two branches, which says what it was asked to",
    function* ({ host, people, repository }) {
      const head = yield* people.commit("feature/one", { "b.txt": "two\n" })

      const { created, pullRequest } = yield* host.create({
        repository,
        title: "Add b — “quoted”",
        body: "# Why\n\nBecause.",
        baseRef: "main",
        headRef: "feature/one",
        draft: false
      })

      assert.isTrue(created)
      assert.deepInclude(pullRequest, {
        title: "Add b — “quoted”",
        body: "# Why\n\nBecause.",
        baseRef: "main",
        headRef: "feature/one",
        headSha: head,
        baseSha: yield* host.tip({ repository, branch: "main" }),
        state: "open",
        draft: false,
        mergeCommitSha: null,
        archived: false
      })
      assert.deepStrictEqual(pullRequest.labels, [])
      assert.deepInclude(yield* host.load({ repository, externalId: pullRequest.externalId }), {
        externalId: pullRequest.externalId,
        title: "Add b — “quoted”",
        headSha: head
      })
    }
  ),

  gives("finds the open one when it is asked to make it again, and leaves it as it is", function* (scene) {
    const { host, repository } = scene
    const { pullRequest } = yield* proposed(scene)

    const again = yield* host.create({
      repository,
      title: "Another title",
      body: "",
      baseRef: "main",
      headRef: "feature",
      draft: false
    })

    assert.isFalse(again.created)
    assert.deepInclude(again.pullRequest, {
      externalId: pullRequest.externalId,
      title: pullRequest.title,
      body: pullRequest.body
    })
  }),

  gives("makes one where many ask at once, and gives it to all of them", function* ({ host, people, repository }) {
    yield* people.commit("feature", { "b.txt": "two\n" })
    const options = { repository, title: "Add b", body: "", baseRef: "main", headRef: "feature", draft: false }

    const all = yield* Effect.all(
      Array.from({ length: 5 }, () => host.create(options)),
      { concurrency: "unbounded" }
    )

    assert.lengthOf(
      all.filter(({ created }) => created),
      1
    )
    assert.strictEqual(new Set(all.map(({ pullRequest }) => pullRequest.externalId)).size, 1)
  }),

  gives("makes another one of the same branches when the first is closed", function* (scene) {
    const { host, repository } = scene
    const { at, pullRequest } = yield* proposed(scene)
    yield* host.close(at)

    const again = yield* host.create({
      repository,
      title: "Again",
      body: "",
      baseRef: "main",
      headRef: "feature",
      draft: false
    })

    assert.isTrue(again.created)
    assert.notStrictEqual(again.pullRequest.externalId, pullRequest.externalId)
    assert.strictEqual((yield* host.load(at)).state, "closed")
  }),

  gives("rejects a pull request of a branch that is not there", function* ({ host, people, repository }) {
    yield* people.commit("feature", { "b.txt": "two\n" })
    const options = { repository, title: "Add b", body: "", baseRef: "main", headRef: "feature", draft: false }

    const noHead = yield* Effect.flip(host.create({ ...options, headRef: "nowhere" }))
    const noBase = yield* Effect.flip(host.create({ ...options, baseRef: "nowhere" }))

    for (const error of [noHead, noBase]) assert.deepInclude(error, { _tag: "RejectedByHost", retryable: false })
  }),

  gives("knows no pull request of a repository that is not there", function* ({ host, repository }) {
    const gone = { ...repository, id: 2_000_000_000, name: `${repository.name}-gone` }
    const words = { title: "Add b", body: "" }

    const errors = [
      yield* Effect.flip(
        host.create({ repository: gone, ...words, baseRef: "main", headRef: "feature", draft: false })
      ),
      yield* Effect.flip(host.load({ repository: gone, externalId: "1" })),
      yield* Effect.flip(host.close({ repository: gone, externalId: "1" })),
      yield* Effect.flip(host.tip({ repository: gone, branch: "main" }))
    ]

    for (const error of errors) assert.deepInclude(error, { _tag: "RepositoryMissing", retryable: false })
  }),

  gives("changes nothing in a repository that is archived, and shows that it is", function* (scene) {
    const { build, host, people, repository } = scene
    const { at, head } = yield* proposed(scene)
    yield* people.commit("other", { "c.txt": "" })
    const commit = yield* build(head, { "d.txt": "" })
    yield* people.archive

    const errors = [
      yield* Effect.flip(
        host.create({ repository, title: "Add c", body: "", baseRef: "main", headRef: "other", draft: false })
      ),
      yield* Effect.flip(host.update({ ...at, title: "Another" })),
      yield* Effect.flip(host.push({ repository, branch: "feature", commit, expected: head })),
      yield* Effect.flip(host.merge({ ...at, method: host.abilities.mergeMethods[0] ?? "merge" }))
    ]

    for (const error of errors) assert.deepInclude(error, { _tag: "ArchivedOnHost", retryable: false })
    const shown = yield* host.load(at)
    assert.deepInclude(shown, { archived: true, title: "Change feature", state: "open" })
    assert.strictEqual(yield* host.tip({ repository, branch: "feature" }), head)
  })
]
