/**
 * Computes all pull requests of a base that nothing is known of, together: a handful of git processes and two short
 * transactions for a thousand of them.
 *
 * What cannot be done together is left to the pull request's own job: a pair that git stumbles over, a merge whose
 * record was lost, branches that keep moving.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git, type GitError, type Oid, updateRefs } from "@drover/git"
import { Effect } from "effect"
import { lockRepository } from "../pullRequests/locks.ts"
import { moveRef, refsOf } from "../pullRequests/pullRefs.ts"
import { readStandings } from "../standing/readStandings.ts"
import { compareMany } from "./compareMany.ts"
import { type Base, lookAtBase, refsOfMany, type Seen } from "./lookAtBase.ts"
import { assess, type Facts, incomparable } from "./Mergeability.ts"
import { RecomputeMergeabilityOfBase } from "./RecomputeMergeabilityOfBase.ts"
import { RecomputeMergeability } from "./RecomputeMergeability.ts"
import { type Computed, saveMany } from "./saveMany.ts"

/** How many are computed in one go. */
const PAGE = 1000

/** How often branches may move under the computation before the rest is left to jobs of their own. */
const ROUNDS = 3

/** Gives how many were computed, and how many are left to jobs of their own. @category operations */
export const recomputeBase = Effect.fn("Mergeability.recomputeBase")(function* (
  base: Base
): Effect.fn.Return<
  { readonly computed: number; readonly left: number },
  PayloadRejected | GitError | DatabaseError,
  Git | Database | JobQueue
> {
  const outcome = { computed: 0, left: 0 }
  let after = 0
  for (;;) {
    const page = yield* lookAtBase(base, { after, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined) return outcome
    after = last.pull.id
    const left = yield* computePage(base, page)
    yield* RecomputeMergeability.enqueueAll(left.map((pullRequestId) => ({ pullRequestId })))
    outcome.computed += page.length - left.length
    outcome.left += left.length
  }
})

/** Gives the ids of those that are left. */
const computePage = Effect.fnUntraced(function* (base: Base, first: ReadonlyArray<Seen>) {
  const left: Array<number> = []
  let seen = first
  for (let round = 1; seen.length > 0; round++) {
    const [computed, odd] = yield* compute(base, seen)
    left.push(...odd)
    const kept = yield* keep(base, computed)
    const moved = computed.filter(({ pull }) => !kept.has(pull.id)).map(({ pull }) => pull.id)
    if (round === ROUNDS) left.push(...moved)
    seen = round === ROUNDS || moved.length === 0 ? [] : yield* lookAtBase(base, { ids: moved })
  }
  return left
})

const compute = Effect.fnUntraced(function* (base: Base, seen: ReadonlyArray<Seen>) {
  const whole = seen.filter(({ refs }) => refs.merged === null)
  const tip = whole[0]?.refs.tips.base ?? null
  const heads = whole.flatMap(({ refs }) => refs.tips.head ?? [])
  const path = seen[0]?.pull.repositoryPath ?? ""
  const compared: ReadonlyMap<Oid, Facts> = tip === null ? new Map() : yield* compareMany(path, tip, heads)
  const standings = yield* readStandings(
    base,
    whole.map(({ pull, refs }) => ({ pull, tips: refs.tips }))
  )
  const computed = whole.flatMap((one, index): ReadonlyArray<Computed> => {
    const { head } = one.refs.tips
    const facts = incomparable(one.refs.tips) ?? (head === null ? undefined : compared.get(head))
    const standing = standings[index]
    if (facts === undefined || standing === undefined) return []
    return [{ ...one, mergeability: assess(one.pull.draft, facts, standing) }]
  })
  const done = new Set(computed.map(({ pull }) => pull.id))
  const odd = seen.map(({ pull }) => pull.id).filter((id) => !done.has(id))
  return [computed, odd] as const
})

/**
 * Writes those whose branches still are where they were, and has their refs say the same. A merge that was published
 * for other tips is taken away; who looks at the pull request has the new one made.
 */
const keep = Effect.fnUntraced(function* ({ repositoryId }: Base, computed: ReadonlyArray<Computed>) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const repository = yield* lockRepository(repositoryId)
      if (repository === undefined) return new Set<number>()
      const now = yield* refsOfMany(
        repository.path,
        computed.map(({ pull }) => pull)
      )
      const still = computed.flatMap((one, index) => {
        const refs = now[index]?.refs
        const same = refs?.tips.base === one.refs.tips.base && refs.tips.head === one.refs.tips.head
        return same ? [{ ...one, refs }] : []
      })
      const kept = yield* saveMany(still)
      const updates = still.flatMap(({ pull, refs }) => {
        if (!kept.has(pull.id)) return []
        const names = refsOf(pull)
        return [
          ...moveRef(names.head, refs.head, refs.tips.head ?? refs.head),
          ...moveRef(names.merge, refs.merge, null)
        ]
      })
      yield* updateRefs({ repository: repository.path, updates })
      return kept
    })
  )
})

/** The handler of `RecomputeMergeabilityOfBase`. @category handlers */
export const recomputeBaseHandler = RecomputeMergeabilityOfBase.handle((base) =>
  Effect.flatMap(recomputeBase(base), (outcome) =>
    Effect.logDebug("Computed the mergeability of a base").pipe(Effect.annotateLogs({ ...base, ...outcome }))
  )
)
