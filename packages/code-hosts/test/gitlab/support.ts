/**
 * GitLab for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { Effect, Redacted } from "effect"
import { type GitLabAuth, type GitLabVersion, makeGitLab } from "../../src/gitlab/index.ts"
import type { MergeMethod } from "../../src/index.ts"
import { makeFakeGitLab } from "../../src/testing/gitlab/index.ts"
import { fakeFor, services } from "../hostScene.ts"

export interface SceneOptions extends GitLabVersion {
  readonly files?: Readonly<Record<string, string>>
  /** What the project allows. Defaults to all but rebase. */
  readonly allowed?: ReadonlyArray<MergeMethod>
}

export const gitlab = () => {
  const made = fakeFor(makeFakeGitLab)

  const scene = Effect.fnUntraced(function* ({ allowed = ["merge", "squash"], files, ...version }: SceneOptions = {}) {
    const on = yield* made({ files })
    on.remote.mergeMethods = allowed
    const as = (auth: GitLabAuth) =>
      makeGitLab({ apiUrl: on.fake.apiUrl, gitUrl: on.fake.url, auth, ...version }).pipe(Effect.provide(services))
    return { ...on, as, host: yield* as({ token: Redacted.make(on.token) }) }
  })
  return { scene }
}
