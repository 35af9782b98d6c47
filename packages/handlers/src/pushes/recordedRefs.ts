/**
 * Where the branches and tags of a repository were when they were last recorded. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, inArray, sql } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryRefs } from "../schema/repositories.ts"
import type { RefMove } from "./RefMove.ts"

/** All of them, or those named. */
export const readRecordedRefs = (repositoryId: number, refs?: ReadonlyArray<string>) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select({ ref: repositoryRefs.ref, sha: repositoryRefs.sha })
          .from(repositoryRefs)
          .where(
            and(
              eq(repositoryRefs.repositoryId, repositoryId),
              refs === undefined ? undefined : sql`${repositoryRefs.ref} = any(${sql.param([...refs])}::text[])`
            )
          )
      ),
      (rows): ReadonlyMap<string, string> => new Map(rows.map(({ ref, sha }) => [ref, sha]))
    )
  )

/** Where these refs came to; of several moves of one, the last counts. The caller holds the repository. */
export const writeRecordedRefs = Effect.fnUntraced(function* (repositoryId: number, moves: ReadonlyArray<RefMove>) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const ends = Array.from(new Map(moves.map((move) => [move.ref, move.after])))
  const gone = ends.flatMap(([ref, sha]) => (sha === null ? [ref] : []))
  const there = ends.flatMap(([ref, sha]) => (sha === null ? [] : [{ ref, sha }]))
  if (gone.length > 0) {
    yield* run((db) =>
      db
        .delete(repositoryRefs)
        .where(and(eq(repositoryRefs.repositoryId, repositoryId), inArray(repositoryRefs.ref, gone)))
    )
  }
  for (let from = 0; from < there.length; from += BATCH) {
    yield* run((db) =>
      db
        .insert(repositoryRefs)
        .values(
          there.slice(from, from + BATCH).map(({ ref, sha }) => ({ repositoryId, ref, sha, recordedAt: sql`${clock}` }))
        )
        .onConflictDoUpdate({
          target: [repositoryRefs.repositoryId, repositoryRefs.ref],
          set: { sha: sql`excluded.sha`, recordedAt: sql`excluded.recorded_at` }
        })
    )
  }
})

/** Four values a row, and a statement takes 65,535. */
const BATCH = 10_000
