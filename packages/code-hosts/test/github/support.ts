/**
 * GitHub for a test file: the fake, prism in front of it, and a repository a scene, on the host and on disk.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { CodeHost, HostRepository, RequestGate } from "../../src/index.ts"
import { type GitHubAuth, makeGitHub, tokenAuth } from "../../src/github/index.ts"
import { commitFiles } from "../../src/testing/forge/commits.ts"
import type { Forge, ForgeRepository, ForgeRole } from "../../src/testing/forge/index.ts"
import { git } from "../../src/testing/forge/git.ts"
import { type FakeGitHub, type Judge, makeFakeGitHub, startJudge } from "../../src/testing/github/index.ts"

export const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

export interface Scene {
  readonly fake: FakeGitHub
  readonly forge: Forge
  /** On the host. */
  readonly remote: ForgeRepository
  /** As Drover knows it. */
  readonly repository: HostRepository
  readonly token: string
  readonly host: CodeHost
  /** The same host for somebody else. */
  readonly as: (auth: GitHubAuth, gate?: RequestGate) => Effect.Effect<CodeHost>
  readonly asToken: (token: string) => Effect.Effect<CodeHost>
  /** A commit on disk alone. */
  readonly commit: (
    parent: string | null,
    files: Readonly<Record<string, string | null>>,
    message?: string
  ) => Effect.Effect<string>
  readonly git: (...args: ReadonlyArray<string>) => Effect.Effect<string>
  /** Has a commit of the host on disk too. */
  readonly take: (commit: string) => Promise<unknown>
}

export interface SceneOptions {
  readonly role?: ForgeRole
  readonly private?: boolean
  /** Of `main`. */
  readonly files?: Readonly<Record<string, string>>
  /** Past prism: for answers that the description does not have. */
  readonly unjudged?: boolean
}

export const github = () => {
  let fake: FakeGitHub
  let judge: Judge
  let folder: string
  let scenes = 0
  beforeAll(async () => {
    fake = await makeFakeGitHub()
    judge = await startJudge(fake.url)
    folder = mkdtempSync(join(tmpdir(), "drover-github-test-"))
  })
  afterAll(async () => {
    await judge.close()
    await fake.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A repository with one commit on `main` and another on `fix`; and somebody who may write to it. */
  const scene = Effect.fnUntraced(function* (options: SceneOptions = {}) {
    const { forge } = fake
    // what another test did not meet
    forge.faults.clear()
    const number = ++scenes
    const remote = yield* Effect.promise(() =>
      forge.addRepository({ owner: "acme", name: `repo-${number}`, private: options.private, files: options.files })
    )
    yield* Effect.promise(() => forge.commit(remote, "fix", { "fix.txt": "fixed\n" }, { message: "Fix it" }))
    const login = `drover-${number}`
    remote.roles.set(login, options.role ?? "write")
    const token = forge.addToken(login)
    const path = join(folder, `${number}.git`)
    yield* Effect.promise(() => git(path, ["init", "--quiet", "--bare", path]))
    yield* Effect.promise(() => git(path, ["fetch", "--quiet", remote.path, "+refs/heads/main:refs/heads/main"]))

    const as = (auth: GitHubAuth, gate?: RequestGate) =>
      makeGitHub({
        apiUrl: options.unjudged === true ? fake.url : judge.url,
        graphqlUrl: fake.graphqlUrl,
        gitUrl: fake.url,
        auth,
        gate
      }).pipe(Effect.provide(services))
    const asToken = (given: string) => as(tokenAuth(Redacted.make(given)))
    const author = { name: "Drover", email: "drover@fake.invalid", at: new Date("2026-01-01T00:00:00Z") }
    const made: Scene = {
      fake,
      forge,
      remote,
      repository: { id: number, name: `acme/repo-${number}`, path },
      token,
      host: yield* asToken(token),
      as,
      asToken,
      commit: (parent, files, message = "Change it") =>
        Effect.promise(() => commitFiles(path, parent, files, message, author)),
      git: (...args) => Effect.promise(async () => (await git(path, args)).out),
      take: (commit) => git(path, ["fetch", "--quiet", "--no-write-fetch-head", remote.path, commit])
    }
    return made
  })
  return { scene }
}

/** What opens the pull request of a scene. */
export const opening = ({ repository }: Pick<Scene, "repository">) => ({
  repository,
  title: "Fix it",
  body: "All of it.",
  baseRef: "main",
  headRef: "fix",
  draft: false
})

/** Looks again until it is so: for what happens in another process. */
export const until = (check: () => boolean) =>
  Effect.promise(async () => {
    while (!check()) await new Promise((resolve) => setImmediate(resolve))
  })
