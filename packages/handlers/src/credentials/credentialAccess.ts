/**
 * Who may do what with credentials: users with their own, the operator with all. Another's credential is to a user as if
 * it were not there.
 */
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { CredentialForbidden } from "./CredentialError.ts"

/** @category options */
export interface ByActor {
  /** Who acts. Defaults to the operator, who may do everything. */
  readonly actorId?: ActorId
}

/** For what concerns the site, or everybody. */
export const requireOperator = (actorId: ActorId, what: string): Effect.Effect<void, CredentialForbidden> =>
  actorId === undefined ? Effect.void : Effect.fail(new CredentialForbidden({ what }))

/** For what names whose it is. */
export const requireOwner = (actorId: ActorId, userId: number): Effect.Effect<void, CredentialForbidden> =>
  actorId === undefined || actorId === userId
    ? Effect.void
    : Effect.fail(new CredentialForbidden({ what: "work on credentials of other users" }))
