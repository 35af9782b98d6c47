/** People of a repository, what was told of it, and what waits to be computed. */
import { Database, jobs } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { createUser, events, type Role, setRole } from "../../src/index.ts"
import { alter, scene, type SceneOptions } from "./scene.ts"

let people = 0

/** Somebody new, with a role in the repository. */
export const member = Effect.fnUntraced(function* (repositoryId: number, role: Role, email?: string) {
  const user = yield* createUser({ login: `member-${people++}`, email })
  yield* setRole({ repositoryId, userId: user.id, role })
  return user
})

/** A pull request with its author, a reviewer who may write, one who may only read, and an admin. */
export const peopledScene = Effect.fnUntraced(function* (options: SceneOptions = {}) {
  const made = yield* scene(options)
  const { id, repositoryId } = made
  const author = yield* member(repositoryId, "write")
  yield* alter(id, { authorId: author.id })
  return {
    ...made,
    author,
    writer: yield* member(repositoryId, "write"),
    reader: yield* member(repositoryId, "read"),
    admin: yield* member(repositoryId, "admin"),
    stranger: yield* createUser({ login: `stranger-${people++}` })
  }
})

/** `event action`, in order, with what was sent of it. */
export const told = (repositoryId: number, ...only: ReadonlyArray<string>) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(events).where(eq(events.repositoryId, repositoryId)).orderBy(asc(events.id))),
      (rows) => rows.filter(({ event }) => only.length === 0 || only.includes(event))
    )
  )

export const toldNames = (repositoryId: number, ...only: ReadonlyArray<string>) =>
  Effect.map(told(repositoryId, ...only), (rows) => rows.map(({ action, event }) => `${event} ${action}`.trim()))

/** The jobs of a kind, the oldest first. */
export const jobsOf = (kind: "recompute_review_decision" | "recompute_mergeability") =>
  Database.use(({ run }) => run((db) => db.select().from(jobs).where(eq(jobs.kind, kind)).orderBy(jobs.id)))

/** The pull requests that wait for a job of this kind. */
export const waitingFor = (kind: Parameters<typeof jobsOf>[0]) =>
  Effect.map(jobsOf(kind), (rows) =>
    rows
      .filter(({ state }) => state === "queued")
      .map(({ payload }) => (payload as { readonly pullRequestId: number }).pullRequestId)
      .toSorted((a, b) => a - b)
  )
