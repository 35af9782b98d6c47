/**
 * Writes down that refs moved, and tells everybody who is to know, in the transaction that holds the repository.
 *
 * Served by the primary keys of `repositories` and `repository_refs`.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { userBody } from "../events/bodies.ts"
import { recordEvent } from "../events/recordEvent.ts"
import { repositories } from "../schema/repositories.ts"
import { ReindexCode } from "../search/ReindexCode.ts"
import { pushBody, refBody } from "./pushBody.ts"
import { readRecordedRefs, writeRecordedRefs } from "./recordedRefs.ts"
import { type MadeMove, refOf } from "./RefMove.ts"
import { tellPullRequests } from "./tellPullRequests.ts"

interface RecordRefMoves {
  readonly repository: Pick<typeof repositories.$inferSelect, "id" | "path" | "defaultBranch">
  /** In the order in which they are told. */
  readonly moves: ReadonlyArray<MadeMove>
  /** Branches whose pull requests are looked at, moved or not. */
  readonly branches?: ReadonlyArray<string> | undefined
}

/** Gives the ids of the pull requests that are computed anew. */
export const recordRefMoves = Effect.fnUntraced(function* ({ branches = [], moves, repository }: RecordRefMoves) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { defaultBranch, id: repositoryId } = repository
  if (moves.length > 0) {
    yield* writeRecordedRefs(repositoryId, moves)
    yield* run((db) => db.update(repositories).set({ pushedAt: clock }).where(eq(repositories.id, repositoryId)))
    const main = refOf(defaultBranch)
    const defaultTip = (yield* readRecordedRefs(repositoryId, [main])).get(main)
    yield* Effect.forEach(moves, (move) => tell({ repository, move, defaultTip }), { discard: true })
    if (moves.some(({ ref }) => ref === main)) yield* ReindexCode.enqueue({ repositoryId })
  }
  return yield* tellPullRequests({ repositoryId, repositoryPath: repository.path, moves, branches })
})

/** A ref that is made or deleted is two events, as GitHub has it. */
const tell = Effect.fnUntraced(function* ({
  defaultTip,
  move,
  repository: { defaultBranch, id: repositoryId, path: repositoryPath }
}: {
  readonly repository: RecordRefMoves["repository"]
  readonly move: MadeMove
  readonly defaultTip: string | undefined
}) {
  const { actorId, after, before, ref } = move
  const { login } = yield* userBody(actorId ?? null)
  const pusher = { name: login }
  const push = yield* pushBody({ repositoryPath, defaultBranch, defaultTip, move, pusher })
  const body = refBody(ref, defaultBranch)
  if (before === null) yield* recordEvent({ event: "create", repositoryId, actorId, body })
  yield* recordEvent({ event: "push", repositoryId, actorId, body: push })
  if (after === null) yield* recordEvent({ event: "delete", repositoryId, actorId, body })
})
