import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { escapeActions, unescapeActions } from "../../src/gitlab/quickActions.ts"
import { gitlab } from "./support.ts"

const { scene } = gitlab()

const TEXT = "All of it.\n\n/close\n/merge when it is green\n\\/merge\n/usr/bin/env is none\n  /close is none"

const proposed = Effect.fnUntraced(function* (body: string) {
  const on = yield* scene({ files: { "a.txt": "one\n" } })
  yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "b.txt": "two\n" }))
  const words = { title: "Fix it", body, baseRef: "main", headRef: "fix", draft: false }
  const { pullRequest } = yield* on.host.create({ repository: on.repository, ...words })
  return { ...on, pullRequest, at: { repository: on.repository, externalId: pullRequest.externalId } }
})

describe("what GitLab would carry out", () => {
  for (const [text, sent] of [
    ["/merge", "\\/merge"],
    ["one\n/Close now\ntwo", "one\n\\/Close now\ntwo"],
    // it deletes these first, and what is left would be one
    ["one\n\r/mer\rge\r\n", "one\n\\/merge\n"],
    ["```\n/merge\n```", "```\n\\/merge\n```"],
    ["\\/merge", "\\\\/merge"],
    ["/usr/bin/env\n// why\n/* why */\n / merge\ndo /merge", "/usr/bin/env\n// why\n/* why */\n / merge\ndo /merge"]
  ] as const) {
    it(`is sent as words, and read as it was: ${JSON.stringify(text)}`, () => {
      assert.strictEqual(escapeActions(text), sent)
      assert.strictEqual(unescapeActions(sent), text.replaceAll("\r", ""))
    })
  }

  it.effect("is only said by the body of a new merge request", () =>
    Effect.gen(function* () {
      const { at, host, pullRequest } = yield* proposed(TEXT)

      assert.deepInclude(pullRequest, { state: "open", body: TEXT })
      assert.deepInclude(yield* host.load(at), { state: "open", body: TEXT })
    })
  )

  it.effect("is only said by a body that is changed", () =>
    Effect.gen(function* () {
      const { at, host } = yield* proposed("All of it.")

      assert.deepInclude(yield* host.update({ ...at, body: TEXT }), { state: "open", body: TEXT })
    })
  )

  it.effect("is only said by a comment, which is found by it, and made once", () =>
    Effect.gen(function* () {
      const { at, host, remote } = yield* proposed("All of it.")

      yield* Effect.repeat(host.comment({ ...at, body: TEXT, key: "one" }), { times: 1 })

      assert.strictEqual((yield* host.load(at)).state, "open")
      assert.lengthOf(remote.pullRequests.get(Number(at.externalId))?.comments ?? [], 1)
      assert.isTrue(yield* host.hasComment({ ...at, text: TEXT.replaceAll("\n", "\r\n") }))
    })
  )

  it.effect("is carried out by the fake where nobody made words of it", () =>
    Effect.gen(function* () {
      const { at, fake, host, token } = yield* proposed("All of it.")

      yield* Effect.promise(() =>
        fetch(`${fake.apiUrl}/projects/${encodeURIComponent(at.repository.name)}/merge_requests/1/notes`, {
          method: "POST",
          headers: { "private-token": token },
          body: JSON.stringify({ body: "/close" })
        })
      )

      assert.strictEqual((yield* host.load(at)).state, "closed")
    })
  )
})
