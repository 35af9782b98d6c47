/**
 * Brings the branch of a changeset to what its spec wants, and takes nobody's work off it.
 */
import type { Database } from "@drover/core"
import { type Git, isOid } from "@drover/git"
import { Effect } from "effect"
import { attentionReason, type Attention } from "./attentionReason.ts"
import { buildCommit } from "./buildCommit.ts"
import { decidePush, type Left } from "./decidePush.ts"
import { nearestLeft } from "./nearestLeft.ts"
import type { PushChangeset, PushError, PushOutcome } from "./Push.ts"
import { readLeft } from "./readLeft.ts"
import { reapply } from "./reapply.ts"

/** How often people may move the branch under it before it is left to a later attempt. */
const TIMES = 3

/**
 * May be repeated: what was done before is found to be done, also where the worker died before it could say so. The
 * branch moves only from where it was looked at; where somebody was faster it is looked at again.
 *
 * @category operations
 */
export const pushChangeset = Effect.fn("Changesets.push")(function* <E, R>(
  options: PushChangeset<E, R>
): Effect.fn.Return<PushOutcome, PushError | E, Git | Database | R> {
  const { changeset, previousSpec, repository, spec } = options
  const built = yield* buildCommit({ repository, spec })
  const known = yield* readLeft(changeset)
  const left = known.length > 0 || previousSpec === undefined ? known : yield* leftBefore(repository, previousSpec)
  return yield* attempt(options, built, left).pipe(Effect.retry({ times: TIMES, while: isMoved }))
})

const isMoved = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "BranchMoved"

/** Nothing is written of an earlier push: what it would have been is known all the same. */
const leftBefore = (
  repository: PushChangeset<never, never>["repository"],
  spec: NonNullable<PushChangeset<never, never>["previousSpec"]>
) =>
  buildCommit({ repository, spec }).pipe(
    Effect.map((built): ReadonlyArray<Left> => [{ commit: built, built }]),
    Effect.catchTag("CommitUnbuildable", () => Effect.succeed<ReadonlyArray<Left>>([]))
  )

/** Looks at the branch once, and does what is to be done from there. */
const attempt = Effect.fnUntraced(function* <E, R>(
  options: PushChangeset<E, R>,
  built: Effect.Success<ReturnType<typeof buildCommit>>,
  left: ReadonlyArray<Left>
): Effect.fn.Return<PushOutcome, PushError | E, Git | R> {
  const { host, repository } = options
  const branch = options.spec.headRef
  const tip = yield* host.tip({ repository, branch })
  const known = tip === null || tip === built || left.some(({ commit }) => commit === tip)
  const under =
    known || !isOid(tip) ? undefined : yield* nearestLeft(repository.path, tip, [...left, { commit: built, built }])

  const push = Effect.fnUntraced(function* (how: "create" | "replace" | "reapply", commit: string) {
    yield* options.before({ commit, expected: tip, built })
    yield* host.push({ repository, branch, commit, expected: tip })
    return { _tag: "Pushed", how, built, pushed: commit } satisfies PushOutcome
  })
  const stop = (attention: Attention): PushOutcome => {
    const place = {
      repository: repository.name,
      branch,
      tip: tip ?? "",
      left: options.changeset.pushedSha ?? left[0]?.commit
    }
    return { _tag: "Attention", reason: attentionReason(attention, place), built }
  }

  const decision = decidePush({ tip, built, left, under })
  if (decision._tag === "create" || decision._tag === "replace") return yield* push(decision._tag, built)
  if (decision._tag === "attention") return stop({ problem: decision.problem })
  if (decision._tag === "upToDate") {
    // whoever pushed it died before it could say so, and perhaps before the host had heard of all of it: it is repeated
    if (tip === decision.pushed && options.changeset.pushedSha !== tip) {
      yield* host.push({ repository, branch, commit: tip, expected: tip })
    }
    return { _tag: "UpToDate", built, pushed: decision.pushed, tip: tip ?? built }
  }
  if (tip === null || !isOid(tip)) return stop({ problem: "rewritten" })
  const reapplied = yield* reapply({ ...options, from: decision.from, built, tip })
  switch (reapplied._tag) {
    case "Clean":
      return yield* push("reapply", reapplied.commit)
    case "Nothing":
      return { _tag: "UpToDate", built, pushed: tip, tip }
    case "Conflict":
      return stop({ problem: "conflict", paths: reapplied.paths })
    case "Forgotten":
      return stop({ problem: "forgotten" })
  }
})
