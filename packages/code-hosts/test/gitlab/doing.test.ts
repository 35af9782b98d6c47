import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { gitLabAbilities, makeGitLabCredentialValidator } from "../../src/gitlab/index.ts"
import { services } from "../hostScene.ts"
import { gitlab } from "./support.ts"

const { scene } = gitlab()

const proposed = Effect.fnUntraced(function* () {
  const on = yield* scene({ files: { "a.txt": "one\n" } })
  yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "b.txt": "two\n" }))
  const words = { title: "Fix it", body: "All of it.", baseRef: "main", headRef: "fix", draft: false }
  const { pullRequest } = yield* on.host.create({ repository: on.repository, ...words })
  return { ...on, at: { repository: on.repository, externalId: pullRequest.externalId } }
})

describe("GitLab", () => {
  it.effect("merges by itself what waits for its pipeline, unless that is taken back", () =>
    Effect.gen(function* () {
      const { at, forge, host, remote } = yield* proposed()
      yield* Effect.promise(() => forge.protect(remote, "main", { checks: ["build"] }))
      const { enableAutoMerge, disableAutoMerge } = host
      if (enableAutoMerge === undefined || disableAutoMerge === undefined) return assert.fail("it can")
      const found = remote.pullRequests.get(Number(at.externalId))

      assert.deepInclude(yield* Effect.repeat(enableAutoMerge({ ...at, method: "merge" }), { times: 1 }), {
        state: "open"
      })
      assert.isNotNull(found?.autoMerge)
      yield* Effect.repeat(disableAutoMerge(at), { times: 1 })
      assert.isNull(found?.autoMerge)
    })
  )

  it.effect("does not take an order to merge later what can be merged now", () =>
    Effect.gen(function* () {
      const { at, host } = yield* proposed()
      if (host.enableAutoMerge === undefined) return assert.fail("it can")

      const error = yield* Effect.flip(host.enableAutoMerge({ ...at, method: "merge" }))

      assert.strictEqual(error._tag, "RejectedByHost")
      assert.strictEqual((yield* host.load(at)).state, "open")
    })
  )

  it.effect("keeps a draft one when its title changes", () =>
    Effect.gen(function* () {
      const { at, host } = yield* proposed()
      yield* host.markDraft(at)

      assert.deepInclude(yield* host.update({ ...at, title: "Another" }), { title: "Another", draft: true })
    })
  )

  it.effect("asks people for reviews beside those who are asked already", () =>
    Effect.gen(function* () {
      const { at, forge, host, remote } = yield* proposed()
      for (const login of ["ann", "ben"]) forge.addUser(login)
      if (host.requestReviewers === undefined) return assert.fail("it can")

      yield* host.requestReviewers({ ...at, reviewers: ["ann"] })
      yield* host.requestReviewers({ ...at, reviewers: ["ben", "ann"] })

      assert.sameMembers([...(remote.pullRequests.get(Number(at.externalId))?.reviewers.keys() ?? [])], ["ann", "ben"])
      const nobody = yield* Effect.flip(host.requestReviewers({ ...at, reviewers: ["nobody"] }))
      assert.strictEqual(nobody._tag, "RejectedByHost")
    })
  )

  it.effect("tells what may not be done from what nobody may do", () =>
    Effect.gen(function* () {
      const { at, host, login, remote } = yield* proposed()
      remote.roles.set(login, "read")

      assert.strictEqual((yield* Effect.flip(host.merge({ ...at, method: "merge" })))._tag, "ForbiddenOnHost")
      assert.strictEqual((yield* Effect.flip(host.close(at)))._tag, "ForbiddenOnHost")
      remote.archived = true
      remote.roles.set(login, "write")
      assert.strictEqual((yield* Effect.flip(host.merge({ ...at, method: "merge" })))._tag, "ArchivedOnHost")
    })
  )

  it.effect("refuses, as a fake, fields that GitLab would ignore", () =>
    Effect.gen(function* () {
      const { fake, repository, token } = yield* proposed()
      const answer = yield* Effect.promise(() =>
        fetch(`${fake.apiUrl}/projects/${encodeURIComponent(repository.name)}/merge_requests/1`, {
          method: "PUT",
          headers: { "private-token": token },
          body: JSON.stringify({ titel: "Typo" })
        })
      )

      assert.strictEqual(answer.status, 400)
    })
  )

  it.effect("says whose a credential is, or that it is no good", () =>
    Effect.gen(function* () {
      const { fake, login, token } = yield* proposed()
      const validator = yield* makeGitLabCredentialValidator(() => fake)
      const validate = (given: string) =>
        validator.validate({
          externalServiceId: "https://gitlab.example.com/",
          authenticator: { _tag: "OAuthBearerToken", token: Redacted.make(given) }
        })

      assert.deepStrictEqual(yield* validate(token), { name: login, expiresAt: null })
      assert.strictEqual((yield* Effect.flip(validate("nobody's")))._tag, "CredentialRefused")
    }).pipe(Effect.provide(services))
  )

  it("asks nobody for reviews before 13.8", () => {
    assert.isFalse(gitLabAbilities({ version: "13.7.1-ee" }).reviewers)
    assert.isTrue(gitLabAbilities({ version: "13.8.0" }).reviewers)
  })
})
