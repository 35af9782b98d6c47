/**
 * Gitea for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { Effect, Redacted } from "effect"
import { giteaServer, makeGitea } from "../../src/gitea/index.ts"
import type { RequestGate } from "../../src/index.ts"
import { makeFakeGitea } from "../../src/testing/gitea/index.ts"
import { fakeFor, services } from "../hostScene.ts"

export const gitea = () => {
  const made = fakeFor(makeFakeGitea)

  /** With another commit on `fix`. */
  const scene = Effect.fnUntraced(function* () {
    const on = yield* made({ files: { "a.txt": "one\n" } })
    yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "fix.txt": "fixed\n" }))
    const as = (token: string, gate?: RequestGate) =>
      makeGitea({ ...giteaServer(on.fake.url), token: Redacted.make(token), gate }).pipe(Effect.provide(services))
    return { ...on, as, host: yield* as(on.token) }
  })
  return { scene }
}
