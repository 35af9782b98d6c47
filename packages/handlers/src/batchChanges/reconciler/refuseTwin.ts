/**
 * Two batch changes cannot make one branch: each would undo what the other pushed.
 */
import { Database } from "@drover/core"
import { and, asc, eq, exists, lt, ne, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import { DuplicateBranch } from "./ReconcileError.ts"
import type { Run } from "./Run.ts"

/**
 * Fails with `DuplicateBranch` where another changeset of the repository has the branch. One that is published has it;
 * one that was let go of or put away has it no more; of several that nobody has published yet, the first that was made
 * has it. Served by `changesets_repository_idx`.
 */
export const refuseTwin = Effect.fnUntraced(function* ({
  changeset,
  repository
}: Pick<Run, "changeset" | "repository">) {
  if (changeset.publication === "published") return
  const { run } = yield* Database
  const [twin] = yield* run((db) =>
    db
      .select({ id: changesets.id })
      .from(changesets)
      .where(
        and(
          eq(changesets.repositoryId, changeset.repositoryId),
          eq(changesets.headRef, changeset.headRef),
          ne(changesets.id, changeset.id),
          or(eq(changesets.publication, "published"), lt(changesets.id, changeset.id)),
          exists(
            db
              .select({ one: sql`1` })
              .from(associations)
              .where(
                and(
                  eq(associations.changesetId, changesets.id),
                  eq(associations.detach, false),
                  eq(associations.archived, false)
                )
              )
          )
        )
      )
      .orderBy(asc(changesets.id))
      .limit(1)
  )
  if (twin !== undefined) {
    return yield* new DuplicateBranch({ repository: repository.name, branch: changeset.headRef, otherId: twin.id })
  }
})
