/**
 * The protection of a branch. Served by `branch_protections_pattern_key`.
 */
import { Database } from "@drover/core"
import { asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import { branchProtections } from "../schema/protections.ts"
import { pickProtection } from "./matchPattern.ts"

/** @category models */
export type Protection = typeof branchProtections.$inferSelect

/** In the order in which they were made. */
export const protectionsOf = (repositoryId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(branchProtections)
        .where(eq(branchProtections.repositoryId, repositoryId))
        .orderBy(asc(branchProtections.id))
    )
  )

/**
 * Gives undefined for a branch that nothing protects. Its own name counts before globs, then the oldest.
 *
 * @category operations
 */
export const findProtection = ({ branch, repositoryId }: { readonly repositoryId: number; readonly branch: string }) =>
  Effect.map(protectionsOf(repositoryId), (all) => pickProtection(all, branch))
