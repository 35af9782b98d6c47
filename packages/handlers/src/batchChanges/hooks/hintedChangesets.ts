/**
 * Which pull requests a hint is about, and that they are to be looked at.
 */
import type { HostHint } from "@drover/code-hosts"
import type { Drizzle } from "@drover/core"
import { and, type AnyColumn, eq, inArray, or, type SQL, sql } from "drizzle-orm"
import { changesets } from "../../schema/changesets.ts"

const c = changesets

type Where = Pick<HostHint, "branches" | "commits" | "pullRequests" | "repositoryChanged">

/** Nothing of a host's is in the database with a NUL in it, and the database takes none. */
const given = (names: ReadonlyArray<string>) => names.filter((name) => !name.includes("\0"))

/**
 * From now on they are due. Held in one order, so that nobody waits in a circle. One that is due already is held too: what
 * looks at it may be about to write down that it has. Served by `changesets_repository_idx` and the primary key.
 */
export const makeDue = (db: Drizzle, repositoryId: number, where: Where) =>
  db
    .update(c)
    .set({ syncedAt: null })
    .where(sql`${c.id} = any(array(${selectHinted(db, repositoryId, where)}))`)
    .returning({ id: c.id })

export const selectHinted = (db: Drizzle, repositoryId: number, where: Where) =>
  db
    .select({ id: c.id })
    .from(c)
    .where(
      and(
        eq(c.repositoryId, repositoryId),
        eq(c.publication, "published"),
        inArray(c.externalState, ["open", "draft", "closed", "readonly"]),
        where.repositoryChanged ? undefined : isMeant(where)
      )
    )
    .orderBy(c.id)
    .for("no key update")

const isMeant = ({ branches, commits, pullRequests }: Where): SQL | undefined => {
  const [refs, numbers, shas] = [given(branches), given(pullRequests), given(commits)]
  return or(
    anyOf(c.externalId, numbers),
    anyOf(c.headRef, refs),
    anyOf(c.externalBaseRef, refs),
    anyOf(c.externalHeadSha, shas)
  )
}

const anyOf = (column: AnyColumn, values: ReadonlyArray<string>): SQL =>
  sql`${column} = any(${sql.param(values)}::text[])`
