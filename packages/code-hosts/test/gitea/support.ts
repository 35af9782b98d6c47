/**
 * Gitea for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { giteaServer, makeGitea } from "../../src/gitea/index.ts"
import type { HostRepository, RequestGate } from "../../src/index.ts"
import { commitFiles } from "../../src/testing/forge/commits.ts"
import { git } from "../../src/testing/forge/git.ts"
import { type FakeGitea, makeFakeGitea } from "../../src/testing/gitea/index.ts"

export const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

export const gitea = () => {
  let fake: FakeGitea
  let folder: string
  let scenes = 0
  beforeAll(async () => {
    fake = await makeFakeGitea()
    folder = mkdtempSync(join(tmpdir(), "drover-gitea-test-"))
  })
  afterAll(async () => {
    await fake.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A repository with one commit on `main` and another on `fix`; and somebody who may write to it. */
  const scene = Effect.fnUntraced(function* () {
    const { forge } = fake
    const number = (scenes += 1)
    const name = `repo-${number}`
    const remote = yield* Effect.promise(() =>
      forge.addRepository({ owner: "acme", name, files: { "a.txt": "one\n" } })
    )
    yield* Effect.promise(() => forge.commit(remote, "fix", { "fix.txt": "fixed\n" }))
    const login = `drover-${number}`
    remote.roles.set(login, "write")
    const token = forge.addToken(login)
    const path = join(folder, `${number}.git`)
    yield* Effect.promise(() => git(path, ["init", "--quiet", "--bare", path]))
    yield* Effect.promise(() => git(path, ["fetch", "--quiet", remote.path, "+refs/heads/main:refs/heads/main"]))
    const repository: HostRepository = { id: number, name: `acme/${name}`, path }
    const as = (given: string, gate?: RequestGate) =>
      makeGitea({ ...giteaServer(fake.url), token: Redacted.make(given), gate }).pipe(Effect.provide(services))
    const author = { name: "Drover", email: "drover@fake.invalid", at: new Date("2026-01-01T00:00:00Z") }
    return {
      fake,
      forge,
      remote,
      repository,
      login,
      token,
      host: yield* as(token),
      as,
      commit: (parent: string | null, files: Readonly<Record<string, string>>) =>
        Effect.promise(() => commitFiles(path, parent, files, "Change it", author)),
      take: (commit: string) => git(path, ["fetch", "--quiet", "--no-write-fetch-head", remote.path, commit])
    }
  })
  return { scene }
}

/** What opens the pull request of a scene. */
export const opening = ({ repository }: { readonly repository: HostRepository }) => ({
  repository,
  title: "Fix it",
  body: "All of it.",
  baseRef: "main",
  headRef: "fix",
  draft: false
})
