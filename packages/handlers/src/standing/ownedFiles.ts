/**
 * What of a pull request its base's CODEOWNERS gives to whom.
 */
import { Database, type DatabaseError } from "@drover/core"
import { changedFiles, type Git, type GitError, readFirstFile } from "@drover/git"
import { and, eq, inArray, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { repositoryMembers, users } from "../schema/users.ts"
import { codeOwnersMaxBytes, codeOwnersPaths, groupByOwners, parseCodeOwners } from "./codeOwners.ts"
import type { OwnedFiles } from "./reviewDecision.ts"

/** `unread`: why it is not known who owns what, in words. @category models */
export interface Ownership {
  readonly owned: ReadonlyArray<OwnedFiles>
  readonly unread: ReadonlyArray<string>
}

const nobody: Ownership = { owned: [], unread: [] }

/** A file that was renamed is its old owners' concern and its new owners'. */
export const ownedFiles = Effect.fnUntraced(function* (
  pull: PullRequest,
  { base, head }: Tips
): Effect.fn.Return<Ownership, GitError | DatabaseError, Git | Database> {
  if (base === null || head === null) return nobody
  const repository = pull.repositoryPath
  const file = yield* readFirstFile({ repository, commit: base, paths: codeOwnersPaths, maxBytes: codeOwnersMaxBytes })
  if (file === undefined) return nobody
  if (file.content === undefined) {
    return { owned: [], unread: [`a smaller ${file.path}: it is not read above ${codeOwnersMaxBytes} bytes`] }
  }
  const changed = yield* changedFiles({ repository, base, head }).pipe(
    // what cannot be compared cannot be merged either
    Effect.catchTag("UnrelatedHistories", () => Effect.succeed([]))
  )
  const paths = changed.flatMap(({ path, previousPath }) =>
    previousPath === undefined ? [path] : [path, previousPath]
  )
  const groups = groupByOwners(parseCodeOwners(new TextDecoder().decode(file.content)), paths)
  if (groups.length === 0) return nobody
  const known = yield* usersNamed(
    pull.repositoryId,
    groups.flatMap(({ owners }) => owners)
  )
  const owned = groups.map(({ example, owners }) => ({
    owners,
    example,
    userIds: known
      .filter((user) => user.id !== pull.authorId && owners.some((owner) => names(owner, user)))
      .map(({ id }) => id)
  }))
  return { owned, unread: [] }
})

interface Named {
  readonly login: string
  readonly email: string | null
}

const names = (owner: string, { email, login }: Named): boolean =>
  owner.startsWith("@")
    ? owner.slice(1).toLowerCase() === login.toLowerCase()
    : owner.toLowerCase() === email?.toLowerCase()

/** Those who have write access. Served by the key of the members, of which a repository has few. */
const usersNamed = (repositoryId: number, owners: ReadonlyArray<string>) =>
  Database.use(({ run }) => {
    const wanted = [...new Set(owners.map((owner) => owner.replace(/^@/, "").toLowerCase()))]
    return run((db) =>
      db
        .select({ id: users.id, login: users.login, email: users.email })
        .from(repositoryMembers)
        .innerJoin(users, eq(users.id, repositoryMembers.userId))
        .where(
          and(
            eq(repositoryMembers.repositoryId, repositoryId),
            inArray(repositoryMembers.role, ["write", "admin"]),
            or(
              sql`lower(${users.login}) = any(${sql.param(wanted)}::text[])`,
              sql`lower(${users.email}) = any(${sql.param(wanted)}::text[])`
            )
          )
        )
    )
  })
