/**
 * Writes down that refs moved, and tells everybody who is to know, in the transaction that holds the repository.
 *
 * Served by the primary keys of `repositories` and `repository_refs`.
 */
import { Database, DatabaseClock } from "@drover/core"
import type { Oid } from "@drover/git"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { userBody } from "../events/bodies.ts"
import { recordEvent } from "../events/recordEvent.ts"
import { repositories } from "../schema/repositories.ts"
import { ReindexCode } from "../search/ReindexCode.ts"
import { commitOf, pushBody, refBody } from "./pushBody.ts"
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
    const mainTip = defaultTip === undefined ? undefined : yield* commitOf(repository.path, defaultTip)
    const described = yield* Effect.forEach(moves, (move) => describe({ repository, move, main: mainTip }), {
      concurrency: AT_ONCE
    })
    yield* Effect.forEach(described, tell, { discard: true })
    if (moves.some(({ ref }) => ref === main)) yield* ReindexCode.enqueue({ repositoryId })
  }
  return yield* tellPullRequests({ repositoryId, repositoryPath: repository.path, moves, branches })
})

/** Moves that git is asked about at a time: a push of a thousand branches holds the repository while it is described. */
const AT_ONCE = 4

interface Described {
  readonly repositoryId: number
  readonly move: MadeMove
  readonly push: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

/** What is to be told of a move. */
const describe = Effect.fnUntraced(function* ({
  main,
  move,
  repository: { defaultBranch, id: repositoryId, path: repositoryPath }
}: {
  readonly repository: RecordRefMoves["repository"]
  readonly move: MadeMove
  readonly main: Oid | undefined
}) {
  const { login } = yield* userBody(move.actorId ?? null)
  const push = yield* pushBody({ repositoryPath, defaultBranch, main, move, pusher: { name: login } })
  return { repositoryId, move, push, body: refBody(move.ref, defaultBranch) } satisfies Described
})

/** A ref that is made or deleted is two events, as GitHub has it. */
const tell = Effect.fnUntraced(function* ({ body, move: { actorId, after, before }, push, repositoryId }: Described) {
  if (before === null) yield* recordEvent({ event: "create", repositoryId, actorId, body })
  yield* recordEvent({ event: "push", repositoryId, actorId, body: push })
  if (after === null) yield* recordEvent({ event: "delete", repositoryId, actorId, body })
})
