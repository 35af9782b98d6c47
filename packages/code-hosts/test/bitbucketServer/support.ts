/**
 * Bitbucket for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { Effect, Redacted } from "effect"
import { bitbucketServer, type BitbucketServerAuth, makeBitbucketServer } from "../../src/bitbucketServer/index.ts"
import type { RequestGate } from "../../src/index.ts"
import { type FakeBitbucketServerOptions, makeFakeBitbucketServer } from "../../src/testing/bitbucketServer/index.ts"
import { fakeFor, services } from "../hostScene.ts"

export const bearer = (token: string): BitbucketServerAuth => ({ token: Redacted.make(token) })

export const bitbucket = (options: FakeBitbucketServerOptions = {}) => {
  const { version = "8.19.1" } = options
  const made = fakeFor(() => makeFakeBitbucketServer(options))

  /** With another commit on `fix`. */
  const scene = Effect.fnUntraced(function* () {
    const on = yield* made({ owner: "ACME", files: { "a.txt": "one\n" } })
    yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "fix.txt": "fixed\n" }))
    const as = (auth: BitbucketServerAuth, gate?: RequestGate) =>
      makeBitbucketServer({ ...bitbucketServer(on.fake.url), auth, gate, version }).pipe(Effect.provide(services))
    return { ...on, as, host: yield* as(bearer(on.token)) }
  })
  return { scene }
}
