/**
 * Remembers that a repository takes no changes, and that a changeset's pull request cannot be changed with it.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import type { ExternalState, Publication } from "../states.ts"
import { recordChangesetEvents } from "./recordChangesetEvent.ts"

/** @category options */
export interface MarkArchived {
  readonly changeset: { readonly id: number; readonly publication: Publication }
  readonly repository: { readonly id: number }
  /** Where the pull request stood before. */
  readonly external: ExternalState
  /** What is told again with the same key is there once: of the attempt that heard of it. */
  readonly key: string
}

/** Joins the ambient transaction. Served by primary keys. @category operations */
export const markArchived = Effect.fnUntraced(function* ({ changeset, external, key, repository }: MarkArchived) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(repositories)
      .set({ archivedAt: sql`coalesce(${repositories.archivedAt}, ${clock})` })
      .where(eq(repositories.id, repository.id))
  )
  yield* run((db) =>
    db.update(changesets).set({ externalState: "readonly", updatedAt: clock }).where(eq(changesets.id, changeset.id))
  )
  if (changeset.publication === "unpublished" || external === "readonly") return
  yield* recordChangesetEvents([
    { changesetId: changeset.id, kind: "readonly", key, payload: { from: external, to: "readonly" } }
  ])
})
