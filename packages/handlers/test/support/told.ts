/** What the forge told, as tests look at it. */
import { Database, jobs } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { events, repositoryRefs } from "../../src/index.ts"

export const eventsOf = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) => db.select().from(events).where(eq(events.repositoryId, repositoryId)).orderBy(asc(events.id)))
  )

/** Each event in a line: its name, the ref, and who did it. */
export const linesOf = (repositoryId: number) =>
  Effect.map(eventsOf(repositoryId), (rows) =>
    rows.map(({ action, actorId, event, payload }) =>
      [event, action, payload["ref"] ?? payload["number"], actorId === null ? "nobody" : String(actorId)]
        .filter((part) => part !== "")
        .join(" ")
    )
  )

/** The bodies of `push`. */
export const pushesOf = (repositoryId: number) =>
  Effect.map(eventsOf(repositoryId), (rows) => rows.filter(({ event }) => event === "push").map((row) => row.payload))

export const refsOf = (repositoryId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(repositoryRefs).where(eq(repositoryRefs.repositoryId, repositoryId))),
      (rows) => Object.fromEntries(rows.map(({ ref, sha }) => [ref, sha]))
    )
  )

/** The kinds of jobs that wait. */
export const kindsWaiting = Database.use(({ run }) =>
  Effect.map(
    run((db) => db.select().from(jobs)),
    (rows) =>
      rows
        .filter(({ state }) => state === "queued")
        .map(({ kind }) => kind)
        .toSorted()
  )
)
