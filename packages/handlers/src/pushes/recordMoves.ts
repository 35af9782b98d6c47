/**
 * Records where branches came to, by Drover's own doing or unnoticed. Part of a transaction that holds the repository.
 */
import { resolveRefs } from "@drover/git"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { repositoryById } from "../repositories/findRepository.ts"
import { differences } from "./planMoves.ts"
import { readRecordedRefs } from "./recordedRefs.ts"
import { recordRefMoves } from "./recordRefMoves.ts"
import { refOf } from "./RefMove.ts"

interface RecordMoves {
  readonly repositoryId: number
  /** Who had Drover move them. */
  readonly actorId?: ActorId
  /** Without `refs/heads/`. Those that have not moved since they were recorded are left alone. */
  readonly branches: ReadonlyArray<string>
}

/** Gives the ids of the pull requests that are computed anew: those not merged, with a branch as head or base. */
export const recordMoves = Effect.fnUntraced(function* ({ actorId, branches, repositoryId }: RecordMoves) {
  const repository = yield* Effect.catchTag(repositoryById(repositoryId), "RepositoryUnknown", Effect.die)
  const refs = branches.map(refOf)
  const recorded = yield* readRecordedRefs(repositoryId, refs)
  const now = yield* resolveRefs({ repository: repository.path, refs })
  const moves = differences(recorded, now).map((move) => ({ ...move, actorId }))
  return yield* recordRefMoves({ repository, moves })
})
