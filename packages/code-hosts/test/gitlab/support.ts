/**
 * GitLab for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type GitLabAuth, type GitLabVersion, makeGitLab } from "../../src/gitlab/index.ts"
import type { MergeMethod } from "../../src/index.ts"
import { commitFiles } from "../../src/testing/forge/commits.ts"
import { git } from "../../src/testing/forge/git.ts"
import { type FakeGitLab, makeFakeGitLab } from "../../src/testing/gitlab/index.ts"

export const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

export interface SceneOptions extends GitLabVersion {
  readonly files?: Readonly<Record<string, string>>
  /** What the project allows. Defaults to all but rebase. */
  readonly allowed?: ReadonlyArray<MergeMethod>
}

export const gitlab = () => {
  let fake: FakeGitLab
  let folder: string
  let scenes = 0
  beforeAll(async () => {
    fake = await makeFakeGitLab()
    folder = mkdtempSync(join(tmpdir(), "drover-gitlab-test-"))
  })
  afterAll(async () => {
    await fake.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const scene = Effect.fnUntraced(function* ({ allowed = ["merge", "squash"], files, ...version }: SceneOptions = {}) {
    const { forge } = fake
    // what another test did not meet
    forge.faults.clear()
    const number = ++scenes
    const remote = yield* Effect.promise(() => forge.addRepository({ owner: "acme", name: `repo-${number}`, files }))
    remote.mergeMethods = allowed
    const login = `drover-${number}`
    const token = forge.addToken(login)
    remote.roles.set(login, "write")
    const path = join(folder, `${number}.git`)
    yield* Effect.promise(() => git(path, ["init", "--quiet", "--bare", path]))
    yield* Effect.promise(() => git(path, ["fetch", "--quiet", remote.path, "+refs/heads/main:refs/heads/main"]))
    const as = (auth: GitLabAuth) =>
      makeGitLab({ apiUrl: fake.apiUrl, gitUrl: fake.url, auth, ...version }).pipe(Effect.provide(services))
    const author = { name: "Drover", email: "drover@fake.invalid", at: new Date("2026-01-01T00:00:00Z") }
    return {
      fake,
      forge,
      remote,
      login,
      token,
      repository: { id: number, name: `acme/repo-${number}`, path },
      host: yield* as({ token: Redacted.make(token) }),
      as,
      commit: (parent: string, changed: Readonly<Record<string, string>>) =>
        Effect.promise(() => commitFiles(path, parent, changed, "Change it", author)),
      take: (commit: string) => git(path, ["fetch", "--quiet", "--no-write-fetch-head", remote.path, commit])
    }
  })
  return { scene }
}
