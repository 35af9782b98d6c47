/**
 * A push by Drover itself: by the rules by which a push of the actor's git would go, and told as that is.
 */
import { BranchMoved, type PushBranch, RejectedByHost } from "@drover/code-hosts"
import { branchRef, isAncestor, isOid, type Oid, resolveRefs, updateRef } from "@drover/git"
import { Effect } from "effect"
import { type ActorId, roleOf } from "../../../access/requireRole.ts"
import { protectionsOf } from "../../../protection/findProtection.ts"
import { recordPush } from "../../../pushes/recordPush.ts"
import { refusal } from "../../../pushes/refusal.ts"
import type { Repository } from "../../../repositories/findRepository.ts"
import { LOCAL } from "./hostError.ts"
import { requireOpenRepository } from "./requireOpenRepository.ts"

/** Where a branch is; null: nowhere. */
export const tipOf = Effect.fnUntraced(function* (repository: string, branch: string) {
  const ref = yield* branchRef(branch)
  return (yield* resolveRefs({ repository, refs: [ref] })).get(ref) ?? null
})

/**
 * The branch moves only from where it is expected. A push that died before it was told is told when it is repeated: the
 * branch is found to be there.
 */
export const pushBranch = Effect.fnUntraced(function* (
  { branch, commit, expected, repository: { id, name, path } }: PushBranch,
  actorId: ActorId
) {
  const repository = yield* requireOpenRepository({ id, name, path }, actorId, "write")
  const reject = (explanation: string) => new RejectedByHost({ host: LOCAL, repository: name, explanation })
  const ref = yield* branchRef(branch)
  if (!isOid(commit)) return yield* reject(`${JSON.stringify(commit)} is not the id of a commit`)

  const tip = yield* tipOf(repository.path, branch)
  if (tip === commit) return void (yield* recordPush({ repositoryId: id, actorId, branches: [branch] }))
  const moved = (actual: string | null) => new BranchMoved({ host: LOCAL, repository: name, branch, expected, actual })
  if (tip !== expected) return yield* moved(tip)
  const refused = yield* whyNot(repository, { ref, tip, commit }, actorId)
  if (refused !== undefined) return yield* reject(refused)
  yield* updateRef({ repository: repository.path, ref, from: tip, to: commit }).pipe(
    Effect.catchTag("RefMoved", ({ actual }) => (actual === commit ? Effect.void : Effect.fail(moved(actual)))),
    Effect.andThen(recordPush({ repositoryId: id, actorId, told: [{ ref, before: tip, after: commit }] })),
    Effect.uninterruptible
  )
})

/** What the protections of the repository say against it; undefined: nothing. */
const whyNot = Effect.fnUntraced(function* (
  { id, path }: Repository,
  { commit, ref, tip }: { readonly ref: string; readonly tip: Oid | null; readonly commit: Oid },
  actorId: ActorId
) {
  const protections = yield* protectionsOf(id)
  if (protections.length === 0) return undefined
  const isAdmin = actorId === undefined || (yield* roleOf(actorId, id)) === "admin"
  const forced = tip !== null && !(yield* isAncestor({ repository: path, ancestor: tip, descendant: commit }))
  return refusal({ ref, deleted: false, forced }, protections, isAdmin)
})
