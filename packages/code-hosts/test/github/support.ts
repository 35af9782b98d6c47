/**
 * GitHub for a test file: the fake, prism in front of it, and a repository a scene, on the host and on disk.
 */
import { Effect, Redacted } from "effect"
import { type GitHubAuth, makeGitHub, tokenAuth } from "../../src/github/index.ts"
import type { RequestGate } from "../../src/index.ts"
import { makeFakeGitHub, startJudge } from "../../src/testing/github/index.ts"
import { fakeFor, type RepositoryOptions, services } from "../hostScene.ts"

export interface SceneOptions extends Omit<RepositoryOptions, "owner"> {
  /** Past prism: for answers that the description does not have. */
  readonly unjudged?: boolean
}

export type Scene = Effect.Success<ReturnType<ReturnType<typeof github>["scene"]>>

export const github = () => {
  const made = fakeFor(async () => {
    const fake = await makeFakeGitHub()
    const judge = await startJudge(fake.url)
    const close = async () => {
      await judge.close()
      await fake.close()
    }
    return { ...fake, judgedUrl: judge.url, close }
  })

  /** With another commit on `fix`. */
  const scene = Effect.fnUntraced(function* ({ unjudged = false, ...options }: SceneOptions = {}) {
    const on = yield* made(options)
    yield* Effect.promise(() => on.forge.commit(on.remote, "fix", { "fix.txt": "fixed\n" }, { message: "Fix it" }))
    const as = (auth: GitHubAuth, gate?: RequestGate) =>
      makeGitHub({
        apiUrl: unjudged ? on.fake.url : on.fake.judgedUrl,
        graphqlUrl: on.fake.graphqlUrl,
        gitUrl: on.fake.url,
        auth,
        gate
      }).pipe(Effect.provide(services))
    const asToken = (token: string) => as(tokenAuth(Redacted.make(token)))
    return { ...on, as, asToken, host: yield* asToken(on.token) }
  })
  return { scene }
}

/** Looks again until it is so: for what happens in another process. */
export const until = (check: () => boolean) =>
  Effect.promise(async () => {
    while (!check()) await new Promise((resolve) => setImmediate(resolve))
  })
