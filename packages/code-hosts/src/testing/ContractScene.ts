/**
 * What a host is tried on: itself, a repository, and people who work there too.
 */
import { Effect } from "effect"
import type { CodeHost } from "../CodeHost.ts"
import type { HostRepository } from "../HostPullRequest.ts"

/** Content by path. @category models */
export type Files = Readonly<Record<string, string>>

/** Others than whoever the host acts as, who go their own ways and not through the port. @category models */
export interface People {
  /** Commits to a branch of the host. One that is not there grows from `main`. Gives the commit. */
  readonly commit: (branch: string, files: Files) => Effect.Effect<string>
  /** Puts a branch of the host elsewhere, whatever was there; null: nowhere. */
  readonly move: (branch: string, to: string | null) => Effect.Effect<void>
  readonly say: (externalId: string, body: string) => Effect.Effect<void>
  /** The comments on a pull request, the oldest first. */
  readonly comments: (externalId: string) => Effect.Effect<ReadonlyArray<string>>
  /** The whole message of a commit of the host. */
  readonly message: (commit: string) => Effect.Effect<string>
  /** Has the repository take no more changes. */
  readonly archive: Effect.Effect<void>
}

/** @category models */
export interface ContractScene {
  /** As somebody who may do everything that is asked of it. */
  readonly host: CodeHost
  /** Nobody else's, with a branch `main` that has `a.txt`: `one\n`. */
  readonly repository: HostRepository
  readonly people: People
  /** Makes a commit in the repository on disk that no branch of the host has, on top of one that is there. */
  readonly build: (parent: string, files: Files) => Effect.Effect<string>
  /** Comes to its end when the host has computed all that it computes behind the scenes. */
  readonly settle: Effect.Effect<void>
}

/** One promise of the port. @category models */
export interface ContractCase {
  /** A sentence that goes on from `a host`. */
  readonly name: string
  readonly run: (scene: ContractScene) => Effect.Effect<void, unknown>
}

/** What it fails with fails the test. */
export const gives = (name: string, run: (scene: ContractScene) => Effect.fn.Return<void, unknown>): ContractCase => ({
  name,
  run: Effect.fnUntraced(run)
})

/** A branch that is one commit ahead of `main`, and its pull request. */
export const proposed = Effect.fnUntraced(function* (
  { host, people, repository }: ContractScene,
  {
    branch = "feature",
    draft = false,
    files = { "b.txt": "two\n" }
  }: {
    readonly branch?: string
    readonly draft?: boolean
    readonly files?: Files
  } = {}
) {
  const head = yield* people.commit(branch, files)
  const words = { title: `Change ${branch}`, body: "Because." }
  const { pullRequest } = yield* host.create({ repository, ...words, baseRef: "main", headRef: branch, draft })
  return { head, pullRequest, at: { repository, externalId: pullRequest.externalId } }
})
