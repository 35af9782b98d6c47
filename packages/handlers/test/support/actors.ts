/** Users with a role each in a repository, and what was told there. */
import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { createUser, events, setRole } from "../../src/index.ts"

let made = 0

/** An author who may write, a writer, a reader, an admin, and somebody who may nothing. */
export const people = Effect.fnUntraced(function* (repositoryId: number) {
  const some = made++
  const user = Effect.fnUntraced(function* (login: string, role: "read" | "write" | "admin" | null) {
    const { id } = yield* createUser({ login: `${login}-${some}`, email: `${login}-${some}@drover.invalid` })
    if (role !== null) yield* setRole({ repositoryId, userId: id, role })
    return id
  })
  return {
    author: yield* user("author", "write"),
    writer: yield* user("writer", "write"),
    reader: yield* user("reader", "read"),
    admin: yield* user("admin", "admin"),
    stranger: yield* user("stranger", null)
  }
})

/** The events of a pull request in order. */
export const told = (pullRequestId: number) =>
  Database.use(({ run }) =>
    run((db) => db.select().from(events).where(eq(events.pullRequestId, pullRequestId)).orderBy(asc(events.id)))
  )

/** `opened by 3`. */
export const toldInWords = (pullRequestId: number) =>
  Effect.map(told(pullRequestId), (rows) => rows.map(({ action, actorId }) => `${action} by ${actorId}`))
