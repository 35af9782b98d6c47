/**
 * Sets and takes away the protection of branches. Whatever pull request it may concern is computed anew, in the
 * transaction of the change. Who keeps a copy of the rules beside the repository renews it when the call has returned:
 * what a transaction may still take back is in no file.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { requireRepository } from "../repositories/findRepository.ts"
import type { ActorId } from "../access/requireRole.ts"
import { lockRepository } from "../pullRequests/locks.ts"
import { mirrorProtections } from "../repositories/mirrorProtections.ts"
import { branchProtections } from "../schema/protections.ts"
import { protectionsOf } from "./findProtection.ts"
import { ProtectionRejected } from "./ProtectionError.ts"
import { recomputeMatching } from "./recomputeMatching.ts"

/** @category options */
export interface SetProtection {
  readonly repositoryId: number
  /** A branch, or a glob: `*` for anything but a slash, `**` for anything, `?` for one character. */
  readonly pattern: string
  /** Only pull requests move the branch. Defaults to true. */
  readonly requirePullRequest?: boolean | undefined
  /** 0 to 10, by people with write access. Defaults to 0. */
  readonly requiredApprovals?: number | undefined
  /** An approval of another commit than the head does not count. Defaults to false. */
  readonly dismissStaleApprovals?: boolean | undefined
  /** Who owns a changed file by the base's CODEOWNERS must approve. Defaults to false. */
  readonly requireCodeOwners?: boolean | undefined
  /** Contexts of statuses and names of check runs that must have succeeded. Defaults to none. */
  readonly requiredChecks?: ReadonlyArray<string> | undefined
  /** The head must have every commit of the base. Defaults to false. */
  readonly requireUpToDate?: boolean | undefined
  /** Defaults to false. */
  readonly allowForcePushes?: boolean | undefined
  /** Defaults to false. */
  readonly allowDeletions?: boolean | undefined
  readonly actorId?: ActorId
}

/**
 * In place of the one that the pattern has; what is left out takes its default. Takes the role admin. Served by
 * `branch_protections_pattern_key`.
 *
 * @category operations
 */
export const setProtection = Effect.fn("Protection.set")(function* (options: SetProtection) {
  const { actorId, pattern, repositoryId } = options
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const repository = yield* requireRepository(repositoryId, actorId, "admin")
  const rules = yield* checkRules(options)
  return yield* transaction(
    Effect.gen(function* () {
      yield* lockRepository(repositoryId)
      const [set] = yield* run((db) =>
        db
          .insert(branchProtections)
          .values({ repositoryId, pattern, ...rules })
          .onConflictDoUpdate({
            target: [branchProtections.repositoryId, branchProtections.pattern],
            set: { ...rules, updatedAt: clock }
          })
          .returning()
      )
      yield* recomputeMatching(repositoryId, pattern)
      return set!
    })
  ).pipe(Effect.tap(tellHook(repository)))
})

/** @category options */
export interface RemoveProtection {
  readonly repositoryId: number
  readonly pattern: string
  readonly actorId?: ActorId
}

/** Answers whether there was one. Takes the role admin. @category operations */
export const removeProtection = Effect.fn("Protection.remove")(function* (options: RemoveProtection) {
  const { actorId, pattern, repositoryId } = options
  const { run, transaction } = yield* Database
  const repository = yield* requireRepository(repositoryId, actorId, "admin")
  return yield* transaction(
    Effect.gen(function* () {
      yield* lockRepository(repositoryId)
      const gone = yield* run((db) =>
        db
          .delete(branchProtections)
          .where(and(eq(branchProtections.repositoryId, repositoryId), eq(branchProtections.pattern, pattern)))
          .returning({ id: branchProtections.id })
      )
      if (gone.length > 0) yield* recomputeMatching(repositoryId, pattern)
      return gone.length > 0
    })
  ).pipe(Effect.tap(tellHook(repository)))
})

/** In the order in which they were made. Takes read access. @category operations */
export const listProtections = Effect.fn("Protection.list")(function* ({
  actorId,
  repositoryId
}: {
  readonly repositoryId: number
  readonly actorId?: ActorId
}) {
  yield* requireRepository(repositoryId, actorId, "read")
  return yield* protectionsOf(repositoryId)
})

const checkRules = Effect.fnUntraced(function* (options: SetProtection) {
  const { pattern, requiredApprovals = 0, requiredChecks = [] } = options
  if (pattern === "" || pattern.length > 255 || /[\s\p{Cc}]|^\/|\/$/u.test(pattern)) {
    return yield* new ProtectionRejected({
      field: "pattern",
      rule: "must be a branch or a glob of branches, without spaces, of at most 255 characters"
    })
  }
  if (!Number.isInteger(requiredApprovals) || requiredApprovals < 0 || requiredApprovals > 10) {
    return yield* new ProtectionRejected({ field: "number of required approvals", rule: "must be 0 to 10" })
  }
  const wrong = requiredChecks.find((name) => name.trim() === "" || name.length > 255 || /\p{Cc}/u.test(name))
  if (wrong !== undefined) {
    return yield* new ProtectionRejected({
      field: "name of a required check",
      rule: "must be one line of 1 to 255 characters"
    })
  }
  return {
    requirePullRequest: options.requirePullRequest ?? true,
    requiredApprovals,
    dismissStaleApprovals: options.dismissStaleApprovals ?? false,
    requireCodeOwners: options.requireCodeOwners ?? false,
    requiredChecks: [...new Set(requiredChecks)],
    requireUpToDate: options.requireUpToDate ?? false,
    allowForcePushes: options.allowForcePushes ?? false,
    allowDeletions: options.allowDeletions ?? false
  }
})

/** The change stands; a repository that cannot be written now is written by the sweep. */
const tellHook = (repository: { readonly id: number; readonly path: string }) =>
  mirrorProtections(repository).pipe(
    Effect.catch((error) => Effect.logWarning("Cannot tell a repository's hook of its protections", error))
  )
