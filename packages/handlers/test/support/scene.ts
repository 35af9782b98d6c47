/** A repository of the forge with one pull request. */
import { Database } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { findPullRequest, openPullRequest, pullRequests, registerRepository, repositories } from "../../src/index.ts"
import { ask, type Commit, push, refAt, repositoryOf } from "./history.ts"

let scenes = 0

/** `main` with a file, and `feature` one commit ahead of it. */
export const ahead: ReadonlyArray<Commit> = [
  { on: "main", from: null, files: { "a.txt": "one\n" } },
  { on: "feature", from: "main", files: { "b.txt": "two\n" } }
]

/** `main` and `feature` that change one line differently. */
export const conflicting: ReadonlyArray<Commit> = [
  { on: "main", from: null, files: { "a.txt": "one\n", "b.txt": "one\n" } },
  { on: "feature", from: "main", files: { "a.txt": "two\n" } },
  { on: "main", files: { "a.txt": "three\n" } }
]

export interface SceneOptions {
  /** Defaults to `ahead`. */
  readonly commits?: ReadonlyArray<Commit>
  readonly draft?: boolean
  readonly title?: string
}

/** Opens a pull request of `feature` into `main`. */
export const scene = Effect.fnUntraced(function* ({
  commits = ahead,
  draft = false,
  title = "Add b"
}: SceneOptions = {}) {
  const repository = yield* repositoryOf(...commits)
  const name = `acme/${scenes++}`
  const { id: repositoryId } = yield* registerRepository({ name, path: repository.path })
  const open = (head: string, base = "main") => openPullRequest({ repositoryId, title, base, head, draft })
  const pull = yield* open("feature")
  const { path } = repository
  return {
    id: pull.id,
    name,
    path,
    repositoryId,
    repository,
    opened: pull,
    open,
    push: (...more: ReadonlyArray<Commit>) => push(path, ...more),
    row: Effect.map(findPullRequest(pull.id), (found) => found!),
    ref: (ref: string) => refAt(path, ref),
    tip: repository.tip,
    ask: (...args: readonly [string, ...ReadonlyArray<string>]) => ask(path, ...args)
  }
})

/** What the row says of merging. */
export const stateOf = (id: number) =>
  Effect.map(findPullRequest(id), (pull) => `${pull?.mergeableState}${pull?.mergeable === true ? ", mergeable" : ""}`)

/** Changes a row behind everybody's back. */
export const alter = (id: number, change: Partial<typeof pullRequests.$inferInsert>) =>
  Database.use(({ run }) => run((db) => db.update(pullRequests).set(change).where(eq(pullRequests.id, id))))

/** The forge looks for a repository where it is not. */
export const moveAway = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .update(repositories)
        .set({ path: sql`${repositories.path} || '-gone'` })
        .where(eq(repositories.id, repositoryId))
    )
  )
