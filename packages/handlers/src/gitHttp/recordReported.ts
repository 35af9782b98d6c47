/**
 * Records what the hooks of a push said that it did.
 */
import { resolveRefs } from "@drover/git"
import { Effect, FileSystem } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { parseMoves } from "../pushes/parseMoves.ts"
import { recordPush } from "../pushes/recordPush.ts"
import type { Repository } from "../repositories/findRepository.ts"

interface Reported {
  readonly repository: Repository
  readonly actorId: ActorId
  /** Where the hooks wrote: `post-receive` here, and `pre-receive` to the file with `.asked` at its end. */
  readonly report: string
}

/** What cannot be recorded is left to the sweep: the push is done. */
export const recordReported = ({ actorId, report, repository }: Reported) =>
  Effect.gen(function* () {
    const done = yield* read(report)
    const told = done ?? (yield* landed(repository.path, (yield* read(`${report}.asked`)) ?? []))
    yield* recordPush({ repositoryId: repository.id, actorId, told })
  }).pipe(
    Effect.catchCause((cause) =>
      Effect.logWarning("Cannot record a push: it is left to the sweep", cause).pipe(
        Effect.annotateLogs({ repository: repository.name })
      )
    ),
    Effect.uninterruptible
  )

const read = Effect.fnUntraced(function* (path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  return (yield* fileSystem.exists(path)) ? parseMoves(yield* fileSystem.readFileString(path)) : undefined
})

/** Of a push that was stopped before its end, that which git has done. */
const landed = Effect.fnUntraced(function* (path: string, asked: ReturnType<typeof parseMoves>) {
  const now = yield* resolveRefs({ repository: path, refs: asked.map(({ ref }) => ref) })
  return asked.filter(({ after, ref }) => (now.get(ref) ?? null) === after)
})
