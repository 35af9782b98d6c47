import { Database, jobs } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import {
  changeBase,
  closePullRequest,
  events,
  findPullRequest,
  mergePullRequest,
  openPullRequest,
  reopenPullRequest,
  setDraft,
  setRole,
  updateBranch,
  updatePullRequest
} from "../src/index.ts"
import { forge } from "./support.ts"
import { noJobs, waiting, withoutQueue } from "./support/queue.ts"
import { people, told, toldInWords } from "./support/actors.ts"
import { ahead, scene } from "./support/scene.ts"

const more = [
  ...ahead,
  { on: "other", from: "main", files: { o: "" } },
  { on: "release", from: "main", files: { r: "" } },
  { on: "main", files: { "m.txt": "m\n" } }
]

const crowded = Effect.gen(function* () {
  const made = yield* scene({ commits: more })
  const who = yield* people(made.repositoryId)
  const open = (actorId: number | undefined) =>
    openPullRequest({
      repositoryId: made.repositoryId,
      title: "Add o",
      body: "So that o.",
      base: "main",
      head: "other",
      actorId
    })
  return { ...made, ...who, openAs: open }
})

const decisions = Database.use(({ run }) =>
  Effect.map(
    run((db) => db.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.kind, "recompute_review_decision"))),
    (rows) => rows.map(({ payload }) => (payload as { readonly pullRequestId: number }).pullRequestId)
  )
)

layer(forge(), { excludeTestServices: true })("those who act on a pull request", (it) => {
  it.effect("open one with the role write, and are its author", () =>
    Effect.gen(function* () {
      const { author, name, openAs, reader, stranger, writer } = yield* crowded
      const denied = yield* Effect.flip(openAs(reader))
      assert.deepInclude(denied, { _tag: "Forbidden", repository: name, needed: "write", role: "read" })
      assert.deepInclude(yield* Effect.flip(openAs(stranger)), { _tag: "RepositoryUnknown", repository: name })
      yield* noJobs

      const pull = yield* openAs(author)

      assert.deepInclude(pull, { authorId: author, body: "So that o.", number: 2 })
      assert.deepStrictEqual(yield* waiting, [pull.id])
      assert.deepStrictEqual(yield* decisions, [pull.id])
      const [opened] = yield* told(pull.id)
      assert.deepInclude(opened, { event: "pull_request", action: "opened", actorId: author })
      assert.deepNestedInclude(opened?.payload, {
        action: "opened",
        number: 2,
        "pull_request.title": "Add o",
        "pull_request.body": "So that o.",
        "pull_request.state": "open",
        "pull_request.user.id": author,
        "sender.id": author,
        "repository.full_name": name
      })
      assert.isAbove(writer, 0)
    })
  )

  it.effect("open one for somebody else when they are the operator", () =>
    Effect.gen(function* () {
      const { author, repositoryId } = yield* crowded
      const options = { repositoryId, title: "Add o", base: "main", head: "other", authorId: author }

      const pull = yield* openPullRequest(options)

      assert.strictEqual(pull.authorId, author)
      assert.deepStrictEqual(yield* toldInWords(pull.id), ["opened by null"])
    })
  )

  it.effect("edit, draft, close and reopen it as its author, whatever else they may, or with the role write", () =>
    Effect.gen(function* () {
      const { author, openAs, reader, repositoryId, stranger, writer } = yield* crowded
      const { id: pullRequestId } = yield* openAs(author)
      yield* setRole({ repositoryId, userId: author, role: "read" })
      const all = (actorId: number, title: string) => [
        Effect.asVoid(updatePullRequest({ pullRequestId, title, actorId })),
        Effect.asVoid(setDraft({ pullRequestId, draft: true, actorId })),
        Effect.asVoid(setDraft({ pullRequestId, draft: false, actorId })),
        Effect.asVoid(closePullRequest(pullRequestId, { actorId })),
        Effect.asVoid(reopenPullRequest(pullRequestId, { actorId })),
        Effect.asVoid(changeBase({ pullRequestId, base: "release", actorId })),
        Effect.asVoid(changeBase({ pullRequestId, base: "main", actorId }))
      ]

      for (const operation of all(reader, "No")) assert.strictEqual((yield* Effect.flip(operation))._tag, "Forbidden")
      for (const operation of all(stranger, "No")) {
        assert.strictEqual((yield* Effect.flip(operation))._tag, "RepositoryUnknown")
      }
      const words = (id: number) =>
        ["edited", "converted_to_draft", "ready_for_review", "closed", "reopened", "edited", "edited"].map(
          (action) => `${action} by ${id}`
        )
      yield* Effect.all(all(author, "One"))
      yield* Effect.all(all(writer, "Two"))
      assert.deepStrictEqual(yield* toldInWords(pullRequestId), [
        `opened by ${author}`,
        ...words(author),
        ...words(writer)
      ])
      yield* setRole({ repositoryId, userId: author, role: null })
      for (const operation of all(author, "No")) {
        assert.strictEqual((yield* Effect.flip(operation))._tag, "RepositoryUnknown")
      }
    })
  )

  it.effect("tell of an edit what it was before, and of nothing where nothing is different", () =>
    Effect.gen(function* () {
      const { author, openAs, tip } = yield* crowded
      const { id: pullRequestId } = yield* openAs(author)
      yield* noJobs
      const main = yield* tip("main")

      yield* updatePullRequest({ pullRequestId, title: "Add o", body: "So that o.", base: "main" })
      assert.lengthOf(yield* told(pullRequestId), 1)

      const pull = yield* updatePullRequest({ pullRequestId, title: "Add all of o", body: "" })
      assert.deepInclude(pull, { title: "Add all of o", body: "" })
      // words change nothing of what is known of merging
      assert.deepStrictEqual(yield* waiting, [])
      yield* updatePullRequest({ pullRequestId, base: "release", title: "Add o to release" })
      assert.deepStrictEqual(yield* waiting, [pullRequestId])

      const [, words, base] = yield* told(pullRequestId)
      assert.deepStrictEqual(words?.payload["changes"], { title: { from: "Add o" }, body: { from: "So that o." } })
      assert.deepStrictEqual(base?.payload["changes"], {
        title: { from: "Add all of o" },
        base: { ref: { from: "main" }, sha: { from: main } }
      })
    })
  )

  it.effect("may edit the words of one that is closed or merged, but not its base", () =>
    Effect.gen(function* () {
      const { id: pullRequestId } = yield* crowded
      yield* closePullRequest(pullRequestId)

      assert.deepInclude(yield* updatePullRequest({ pullRequestId, title: "Said after" }), { title: "Said after" })
      const base = yield* Effect.flip(updatePullRequest({ pullRequestId, base: "release" }))
      assert.strictEqual(base._tag, "PullRequestNotOpen")
      const blank = yield* Effect.flip(updatePullRequest({ pullRequestId, title: " " }))
      assert.strictEqual(blank.message, "The pull request's title must not be blank")
    })
  )

  it.effect("leave when it was closed, until it is opened again", () =>
    Effect.gen(function* () {
      const { id } = yield* crowded

      assert.isNotNull((yield* closePullRequest(id)).closedAt)
      assert.deepStrictEqual(yield* decisions.pipe(Effect.andThen(noJobs), Effect.andThen(decisions)), [])
      assert.isNull((yield* reopenPullRequest(id)).closedAt)
      assert.deepStrictEqual(yield* decisions, [id])
    })
  )

  it.effect("merge with the role write: it is told as closed and merged, by them, and their commit says so", () =>
    Effect.gen(function* () {
      const { ask, author, id, openAs, reader, writer } = yield* crowded
      const { id: pullRequestId } = yield* openAs(author)
      yield* Effect.flip(mergePullRequest({ pullRequestId, method: "merge", actorId: reader }))
      assert.strictEqual((yield* findPullRequest(pullRequestId))?.state, "open")

      const merged = yield* mergePullRequest({ pullRequestId, method: "merge", actorId: writer })

      assert.deepInclude(merged, { state: "merged", mergedById: writer })
      assert.deepStrictEqual(merged.closedAt, merged.mergedAt)
      const { payload } = (yield* told(pullRequestId)).at(-1)!
      assert.deepNestedInclude(payload, {
        action: "closed",
        "pull_request.merged": true,
        "pull_request.state": "closed",
        "pull_request.merged_by.id": writer,
        "pull_request.merge_commit_sha": merged.mergeCommitSha,
        "sender.id": writer
      })
      assert.match(yield* ask("log", "-1", "--format=%an <%ae>", "main"), /^writer-\d+ <writer-\d+@drover\.invalid>$/)
      assert.notStrictEqual(id, pullRequestId)
    })
  )

  it.effect("bring a branch up to date with the role write", () =>
    Effect.gen(function* () {
      const { ask, id: pullRequestId, reader, writer } = yield* crowded
      const denied = yield* Effect.flip(updateBranch({ pullRequestId, actorId: reader }))
      assert.strictEqual(denied._tag, "Forbidden")

      yield* updateBranch({ pullRequestId, actorId: writer })

      assert.match(yield* ask("log", "-1", "--format=%an", "feature"), /^writer-\d+$/)
    })
  )

  it.effect("tell of nothing that did not happen", () =>
    Effect.gen(function* () {
      const { author, id, openAs, repositoryId } = yield* crowded
      const before = yield* told(id)
      yield* Effect.flip(withoutQueue(setDraft({ pullRequestId: id, draft: true })))
      yield* Effect.flip(withoutQueue(openAs(author)))
      yield* Effect.flip(withoutQueue(changeBase({ pullRequestId: id, base: "release" })))

      assert.deepStrictEqual(yield* told(id), before)
      const { run } = yield* Database
      const opened = yield* run((db) => db.select().from(events).where(eq(events.repositoryId, repositoryId)))
      assert.lengthOf(
        opened.filter(({ action }) => action === "opened"),
        1
      )
    })
  )
})
