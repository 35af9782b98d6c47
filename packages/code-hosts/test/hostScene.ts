/**
 * What the scenes of all hosts have alike: a fake for a test file, and in it a repository for each test, on the host and
 * on disk.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { HostRepository } from "../src/index.ts"
import { commitFiles } from "../src/testing/forge/commits.ts"
import { git } from "../src/testing/forge/git.ts"
import type { Forge, ForgeRole } from "../src/testing/forge/index.ts"

export const services = Layer.mergeAll(FetchHttpClient.layer, NodeServices.layer)

export interface RepositoryOptions {
  readonly owner?: string
  readonly role?: ForgeRole
  readonly private?: boolean | undefined
  /** Of `main`. */
  readonly files?: Readonly<Record<string, string>> | undefined
}

/** A fake for a test file, which is closed after it. */
export const fakeFor = <Fake extends { readonly forge: Forge; readonly close: () => Promise<void> }>(
  make: () => Promise<Fake>
) => {
  let fake: Fake
  let folder: string
  let scenes = 0
  beforeAll(async () => {
    fake = await make()
    folder = mkdtempSync(join(tmpdir(), "drover-host-test-"))
  })
  afterAll(async () => {
    await fake.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A repository with one commit on `main`; and somebody who may write to it. */
  return Effect.fnUntraced(function* ({ owner = "acme", role = "write", ...options }: RepositoryOptions = {}) {
    const { forge } = fake
    // what another test did not meet
    forge.faults.clear()
    const number = (scenes += 1)
    const name = `repo-${number}`
    const remote = yield* Effect.promise(() => forge.addRepository({ owner, name, ...options }))
    const login = `drover-${number}`
    remote.roles.set(login, role)
    const token = forge.addToken(login)
    const path = join(folder, `${number}.git`)
    yield* Effect.promise(() => git(path, ["init", "--quiet", "--bare", path]))
    yield* Effect.promise(() => git(path, ["fetch", "--quiet", remote.path, "+refs/heads/main:refs/heads/main"]))
    const repository: HostRepository = { id: number, name: `${owner}/${name}`, path }
    const author = { name: "Drover", email: "drover@fake.invalid", at: new Date("2026-01-01T00:00:00Z") }
    return {
      fake,
      forge,
      /** On the host. */
      remote,
      /** As Drover knows it. */
      repository,
      at: { repository, externalId: "1" },
      login,
      token,
      pullRequest: (externalId = "1") => {
        const found = remote.pullRequests.get(Number(externalId))
        if (found === undefined) throw new Error(`There is no pull request ${externalId}`)
        return found
      },
      /** A commit on disk alone. */
      commit: (parent: string | null, files: Readonly<Record<string, string | null>>, message = "Change it") =>
        Effect.promise(() => commitFiles(path, parent, files, message, author)),
      git: (...args: ReadonlyArray<string>) => Effect.promise(async () => (await git(path, args)).out),
      /** Has a commit of the host on disk too. */
      take: (commit: string) => git(path, ["fetch", "--quiet", "--no-write-fetch-head", remote.path, commit])
    }
  })
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
