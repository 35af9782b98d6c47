/**
 * Bitbucket for a test file: the fake, and a repository a scene, on the host and on disk.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bitbucketServer, type BitbucketServerAuth, makeBitbucketServer } from "../../src/bitbucketServer/index.ts"
import type { HostRepository, RequestGate } from "../../src/index.ts"
import {
  type FakeBitbucketServer,
  type FakeBitbucketServerOptions,
  makeFakeBitbucketServer
} from "../../src/testing/bitbucketServer/index.ts"
import { commitFiles } from "../../src/testing/forge/commits.ts"
import { git } from "../../src/testing/forge/git.ts"

export const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

export const bearer = (token: string): BitbucketServerAuth => ({ token: Redacted.make(token) })

export const bitbucket = (options: FakeBitbucketServerOptions = {}) => {
  const { version = "8.19.1" } = options
  let fake: FakeBitbucketServer
  let folder: string
  let scenes = 0
  beforeAll(async () => {
    fake = await makeFakeBitbucketServer(options)
    folder = mkdtempSync(join(tmpdir(), "drover-bitbucket-test-"))
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
      forge.addRepository({ owner: "ACME", name, files: { "a.txt": "one\n" } })
    )
    yield* Effect.promise(() => forge.commit(remote, "fix", { "fix.txt": "fixed\n" }))
    const login = `drover-${number}`
    remote.roles.set(login, "write")
    const token = forge.addToken(login)
    const path = join(folder, `${number}.git`)
    yield* Effect.promise(() => git(path, ["init", "--quiet", "--bare", path]))
    yield* Effect.promise(() => git(path, ["fetch", "--quiet", remote.path, "+refs/heads/main:refs/heads/main"]))
    const repository: HostRepository = { id: number, name: `ACME/${name}`, path }
    const as = (auth: BitbucketServerAuth, gate?: RequestGate) =>
      makeBitbucketServer({ ...bitbucketServer(fake.url), auth, gate, version }).pipe(Effect.provide(services))
    const author = { name: "Drover", email: "drover@fake.invalid", at: new Date("2026-01-01T00:00:00Z") }
    const pullRequest = (externalId = "1") => {
      const found = remote.pullRequests.get(Number(externalId))
      if (found === undefined) throw new Error(`There is no pull request ${externalId}`)
      return found
    }
    return {
      fake,
      forge,
      remote,
      repository,
      login,
      token,
      host: yield* as(bearer(token)),
      as,
      pullRequest,
      at: { repository, externalId: "1" },
      commit: (parent: string | null, files: Readonly<Record<string, string>>) =>
        Effect.promise(() => commitFiles(path, parent, files, "Change it", author)),
      git: (...args: ReadonlyArray<string>) => Effect.promise(async () => (await git(path, args)).out),
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
