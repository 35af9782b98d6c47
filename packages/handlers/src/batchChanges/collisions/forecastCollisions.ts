/**
 * Says which pending pull requests will conflict once another is merged.
 */
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { type Repository, repositoryById, requireRepository } from "../../repositories/findRepository.ts"
import { tipOf } from "../revert/scratch.ts"
import { readAllChangesets } from "../reads/readAllChangesets.ts"
import { collide, type Collided } from "./collide.ts"
import type { CollisionForecast, ForecastCollisions, PendingHead, RepositoryCollisions } from "./Collisions.ts"
import { readPending } from "./readPending.ts"

const MAX_PAIRS = 10_000
/** Repositories at a time. */
const AT_ONCE = 2

/**
 * Git is asked only about pairs of one base that touch a path in common, and nothing is written: neither to a repository
 * nor to the database. Collisions are as things are now; a merge or a push makes others.
 *
 * @category operations
 */
export const forecastCollisions = Effect.fn("BatchChanges.forecastCollisions")(function* (options: ForecastCollisions) {
  const { actorId, maxPairs = MAX_PAIRS } = options
  const { hidden, own, repositories } = yield* "batchChangeId" in options
    ? ofBatchChange(options.batchChangeId, actorId)
    : ofRepository(options.repositoryId, actorId)
  const forecast: CollisionForecast = {
    repositories: yield* Effect.forEach(
      repositories.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      (repository) => inRepository(repository, own, maxPairs),
      { concurrency: AT_ONCE }
    ),
    hidden
  }
  return forecast
})

const ofRepository = Effect.fnUntraced(function* (repositoryId: number, actorId: ActorId) {
  const repository = yield* requireRepository(repositoryId, actorId, "read")
  return { hidden: 0, own: undefined, repositories: [repository] }
})

const ofBatchChange = Effect.fnUntraced(function* (batchChangeId: number, actorId: ActorId) {
  const { hidden, views } = yield* readAllChangesets({ batchChangeId, archived: [false], actorId })
  const pending = views.filter(({ externalState }) => externalState === "open" || externalState === "draft")
  const ids = new Set(pending.map(({ repositoryId }) => repositoryId))
  const repositories = yield* Effect.forEach(ids, (id) => repositoryById(id))
  return { hidden, own: new Set(pending.map(({ id }) => id)), repositories }
})

/** `own`: changesets of which one is in every pair; undefined: any pair. */
const inRepository = Effect.fnUntraced(function* (
  { id, name, path }: Repository,
  own: ReadonlySet<number> | undefined,
  maxPairs: number
) {
  const heads = yield* readPending(id, own ?? new Set())
  const bases = Map.groupBy(heads, ({ baseRef }) => baseRef)
  const parts: Array<Collided> = []
  for (const [branch, some] of bases) {
    const tip = yield* tipOf(path, branch)
    if (tip === null) {
      parts.push({ ...none, unknown: some.map((head) => ({ head, why: `${name} has no branch ${branch}` })) })
      continue
    }
    const wanted = (one: PendingHead, other: PendingHead) => own === undefined || one.own || other.own
    parts.push(yield* Effect.scoped(collide({ repository: path, branch, tip, heads: some, wanted, maxPairs })))
  }
  const found: RepositoryCollisions = {
    repositoryId: id,
    repository: name,
    heads,
    collisions: parts.flatMap(({ collisions }) => collisions),
    dirty: parts.flatMap(({ dirty }) => dirty),
    unknown: parts.flatMap(({ unknown }) => unknown),
    merges: parts.reduce((sum, { merges }) => sum + merges, 0),
    untried: parts.reduce((sum, { untried }) => sum + untried, 0)
  }
  return found
})

const none: Collided = { collisions: [], dirty: [], unknown: [], merges: 0, untried: 0 }
