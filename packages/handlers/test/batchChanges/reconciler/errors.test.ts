import {
  ArchivedOnHost,
  BranchMoved,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  NotMergeableOnHost,
  NotSupportedByHost,
  PullRequestMissing,
  RateLimited,
  RejectedByHost,
  RepositoryMissing,
  UnauthorisedOnHost
} from "@drover/code-hosts"
import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { CredentialCannotPush, CredentialMissing } from "../../../src/batchChanges/host/HostCredentialError.ts"
import { push } from "../../support/history.ts"
import { execute } from "../../support/plans.ts"
import { answer, ControlledHosts } from "../support/ControlledHosts.ts"
import {
  alterAssociation,
  alterChangeset,
  batchForge,
  failing,
  publishedScene,
  pullsOf,
  reconcile,
  rowOf,
  scene,
  stepsOf,
  toldOf,
  work
} from "../support/world.ts"

const at = { host: "local", repository: "acme/a" }
const pull = { ...at, externalId: "1" }

/** Every answer of a host to a create, and whether the same may succeed later. */
const answers: ReadonlyArray<readonly [CodeHostError, "errored" | "failed"]> = [
  [new RepositoryMissing(at), "failed"],
  [new PullRequestMissing(pull), "failed"],
  [new NotMergeableOnHost({ ...pull, reason: "conflict", explanation: "no" }), "failed"],
  [new ArchivedOnHost(at), "failed"],
  [new UnauthorisedOnHost(at), "failed"],
  [new ForbiddenOnHost({ ...at, explanation: "no" }), "failed"],
  [new RejectedByHost({ ...at, explanation: "no" }), "failed"],
  [new NotSupportedByHost({ ...at, what: "drafts" }), "failed"],
  [new BranchMoved({ ...at, branch: "drover/b", expected: null, actual: "1".repeat(40) }), "errored"],
  [new RateLimited({ ...at, retryAfter: 90_000 }), "errored"],
  [new HostUnavailable({ ...at, explanation: "no" }), "errored"]
]

layer(batchForge(), { excludeTestServices: true })("a changeset", (it) => {
  for (const [error, state] of answers) {
    it.effect(`whose host answers ${error._tag} is ${state}, and says why`, () =>
      Effect.gen(function* () {
        const { id } = yield* scene()
        yield* answer("create", error)

        const row = yield* work(id)

        assert.deepInclude(row, {
          reconcilerState: state,
          numFailures: 1,
          failureMessage: `creating pull request: ${error.message}`,
          publication: "unpublished"
        })
      })
    )
  }

  for (const [credentialError, says] of [
    [new CredentialMissing({ repository: "acme/a" }), 'user does not have a valid credential for repository "acme/a"'],
    [new CredentialCannotPush({ repository: "acme/a", kind: "OAuthBearerToken", over: "ssh" }), "has no SSH key"],
    [
      new CredentialCannotPush({ repository: "acme/a", kind: "OAuthClient", over: "https" }),
      "cannot use credentials of type OAuthClient to push commits"
    ]
  ] as const) {
    it.effect(`fails for good, with nothing begun, where somebody is told: ${says}`, () =>
      Effect.gen(function* () {
        const { id } = yield* scene()
        const hosts = yield* ControlledHosts
        hosts.noCredential = credentialError

        const row = yield* work(id)

        assert.strictEqual(row.reconcilerState, "failed")
        assert.include(row.failureMessage, says)
        assert.deepStrictEqual(yield* stepsOf(id), [])
        assert.deepStrictEqual(hosts.calls, [])
      })
    )
  }

  it.effect("is not closed without a credential, though it can be let go of without one", () =>
    Effect.gen(function* () {
      const { id } = yield* publishedScene()
      const hosts = yield* ControlledHosts
      hosts.noCredential = new CredentialMissing({ repository: "acme/a" })
      yield* alterChangeset(id, { closing: true })

      assert.deepInclude(yield* failing(id), { _tag: "CredentialMissing" })
      assert.deepInclude(yield* rowOf(id), { closing: true, externalState: "open" })

      yield* alterChangeset(id, { closing: false, reconcilerState: "failed" })
      yield* alterAssociation(id, { detach: true })
      yield* reconcile(id)
      assert.isNotNull((yield* rowOf(id)).detachedAt)
    })
  )

  it.effect("rests for as long as its host says", () =>
    Effect.gen(function* () {
      const { id } = yield* scene()
      yield* answer("create", new RateLimited({ ...at, retryAfter: 90_000 }))

      const { finishedAt, processAfter } = yield* work(id)

      assert.strictEqual(processAfter.getTime() - finishedAt!.getTime(), 90_000)
    })
  )

  it.effect(
    "waits without having failed while Drover's own budget holds it back, and is brought to its spec then",
    () =>
      Effect.gen(function* () {
        const { id } = yield* scene()
        yield* answer("create", new RateLimited({ ...at, retryAfter: 90_000, held: true }))
        const before = yield* rowOf(id)

        const row = yield* work(id)

        assert.deepInclude(row, { reconcilerState: "queued", numFailures: 0, previousFailureMessage: null })
        assert.isAtLeast(row.processAfter.getTime() - before.processAfter.getTime(), 90_000)
        assert.deepInclude(yield* work(id), { reconcilerState: "completed", publication: "published" })
      })
  )

  it.effect("keeps why it failed while it is tried again, and forgets it when it is done", () =>
    Effect.gen(function* () {
      const { id } = yield* scene()
      yield* answer("create", new HostUnavailable({ ...at, explanation: "the first" }))
      const first = yield* work(id)
      yield* answer("create", new HostUnavailable({ ...at, explanation: "the second" }))
      const second = yield* work(id)

      assert.include(first.failureMessage, "the first")
      assert.include(second.failureMessage, "the second")
      assert.deepInclude(yield* work(id), { previousFailureMessage: null, failureMessage: null })
    })
  )

  for (const which of ["current", "previous"] as const) {
    it.effect(`whose ${which} spec is gone fails for good, and does nothing`, () =>
      Effect.gen(function* () {
        const { current, id } = yield* publishedScene()
        // as somebody who works on the tables by hand might
        yield* Database.use(({ transaction }) =>
          transaction(
            Effect.andThen(
              execute("set local session_replication_role = replica"),
              execute(`update changesets set ${which}_spec_id = ${current.id + 100_000} where id = ${id}`)
            )
          )
        )

        const row = yield* work(id)

        assert.strictEqual(row.reconcilerState, "failed")
        assert.match(row.failureMessage!, new RegExp(`The ${which} spec .* is gone`))
        assert.deepStrictEqual((yield* ControlledHosts).calls, [])
        yield* execute(`delete from changesets where id = ${id}`)
      })
    )
  }

  it.effect("whose repository is gone since it was claimed fails for good", () =>
    Effect.gen(function* () {
      const { id, repositoryId } = yield* scene()
      const lost = failing(id)
      yield* Database.use(({ run }) =>
        run((db) =>
          db.execute(sql`create or replace function lose() returns trigger language plpgsql as $$ begin
            update repositories set deleted_at = now() where id = ${sql.raw(String(repositoryId))};
            return new; end $$`)
        )
      )
      yield* execute(
        `create trigger lose after update on changesets for each row
         when (new.id = ${id} and new.reconciler_state = 'processing') execute function lose()`
      )

      const error = yield* lost

      yield* execute("drop trigger lose on changesets")
      assert.deepInclude(error, { _tag: "ChangesetRepositoryMissing", repositoryId, retryable: false })
    })
  )

  it.effect("that a person's branch stands in the way of needs attention, until they have decided", () =>
    Effect.gen(function* () {
      const made = yield* scene()
      yield* push(made.path, { on: "drover/b", from: "main", files: { "theirs.txt": "theirs\n" } })
      const theirs = yield* made.git.tip("drover/b")

      const row = yield* work(made.id)

      assert.deepInclude(row, { reconcilerState: "failed", publication: "unpublished", attention: row.failureMessage })
      assert.include(row.attention, "drover/b")
      assert.strictEqual(yield* made.git.tip("drover/b"), theirs)
      assert.deepStrictEqual(yield* pullsOf(made.repositoryId), [])
      assert.deepStrictEqual(yield* toldOf(made.id), ["attention"])

      yield* made.git.deleteBranch("drover/b")
      assert.deepInclude(yield* work(made.id), {
        reconcilerState: "completed",
        publication: "published",
        attention: null
      })
    })
  )

  it.effect("fails with what the database says where it cannot be written that its repository is archived", () =>
    Effect.gen(function* () {
      const { id } = yield* scene()
      yield* answer("create", new ArchivedOnHost(at))
      yield* execute("alter table repositories add constraint never_archived check (archived_at is null) not valid")

      const error = yield* failing(id)

      yield* execute("alter table repositories drop constraint never_archived")
      assert.deepInclude(error, { _tag: "StatementRejected", constraint: "never_archived" })
      // the step was begun, and nobody says how it ended
      assert.deepStrictEqual(yield* stepsOf(id), ["push done", "publish null"])
    })
  )
})
