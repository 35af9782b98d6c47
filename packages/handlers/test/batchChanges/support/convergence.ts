/**
 * Whatever batch changes, people and hosts do to one changeset, one after the other, the reconciler brings it to what is
 * wanted, and then has nothing to do. Histories are made of a seed, so that one that fails can be had again.
 */
import { Database } from "@drover/core"
import { assert } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Cause, Effect, Option } from "effect"
import { associationsOf, attachChangesets } from "../../../src/batchChanges/changesets/associations.ts"
import { begunOf, desiredOf, observe } from "../../../src/batchChanges/changesets/observe.ts"
import { ReconcilerStore } from "../../../src/batchChanges/changesets/ReconcilerStore.ts"
import { saveSeen } from "../../../src/batchChanges/changesets/saveSeen.ts"
import { CodeHosts, hostRepository } from "../../../src/batchChanges/host/CodeHosts.ts"
import { plan } from "../../../src/batchChanges/plan/plan.ts"
import { StepFailed } from "../../../src/batchChanges/reconciler/ReconcileError.ts"
import { loadReconciled } from "../../../src/batchChanges/reconciler/loadReconciled.ts"
import { reconcileChangeset } from "../../../src/batchChanges/reconciler/reconcileChangeset.ts"
import { closePullRequest, mergePullRequest, recordPush, reopenPullRequest } from "../../../src/index.ts"
import { changesetSpecs } from "../../../src/schema/batchSpecs.ts"
import { ask, push } from "../../support/history.ts"
import { answer, ControlledHosts, unavailable } from "./ControlledHosts.ts"
import { alterAssociation, alterChangeset, enqueueAlone, pullsOf, respec, rowOf, scene } from "./world.ts"

/** Mulberry32. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

type Scene = Effect.Success<ReturnType<typeof scene>>

const branchOf = ({ path }: Scene) => ask(path, "for-each-ref", "--format=%(refname)", "refs/heads/drover/")
const openPull = ({ repositoryId }: Scene) =>
  Effect.map(pullsOf(repositoryId), (pulls) => pulls.find(({ state }) => state === "open"))

/** What a person or a batch change may do next. Each does nothing where it makes no sense. */
const actions = (made: Scene, next: () => number, human: { count: number }) => {
  const pick = <A>(...of: ReadonlyArray<A>): A => of[Math.floor(next() * of.length)]!
  const { id, owner, repositoryId } = made
  const apply = Effect.gen(function* () {
    const title = pick("Add b", "Add the letter b", "B")
    yield* respec(made, {
      title,
      body: pick("", "It was missing.", "See ${{ batch_change_link }}"),
      content: pick("two", "three", "four"),
      commitMessage: pick("Add b", "Add the letter b"),
      published: pick("true", "true", "draft", "false", null)
    })
    yield* attachChangesets({ changesetIds: [id], batchChangeId: owner.id, key: String(next()) })
    yield* alterChangeset(id, { closing: false })
  })
  /** What it was brought to last is wanted again. */
  const takeBack = Effect.gen(function* () {
    const { previousSpecId } = yield* rowOf(id)
    const { run } = yield* Database
    const [before] = yield* run((db) =>
      db
        .select()
        .from(changesetSpecs)
        .where(eq(changesetSpecs.id, previousSpecId ?? 0))
    )
    if (before === undefined) return
    const { body, commitMessage, diffHash: content, published, title } = before
    yield* respec(made, { body, commitMessage, content, published, title })
    yield* attachChangesets({ changesetIds: [id], batchChangeId: owner.id, key: String(next()) })
    yield* alterChangeset(id, { closing: false })
  })
  const says = Effect.suspend(() =>
    alterChangeset(id, { uiPublication: pick("draft", "published", "unpublished", null) })
  )
  const close = Effect.flatMap(rowOf(id), ({ publication }) =>
    publication === "published" ? alterChangeset(id, { closing: true }) : Effect.void
  )
  const detach = alterAssociation(id, { detach: true })
  const archive = alterAssociation(id, { archive: true })
  const theyClose = Effect.flatMap(openPull(made), (pull) =>
    pull === undefined ? Effect.void : Effect.asVoid(closePullRequest(pull.id))
  )
  const theyMerge = Effect.flatMap(openPull(made), (pull) =>
    pull === undefined || pull.draft
      ? Effect.void
      : Effect.ignore(mergePullRequest({ pullRequestId: pull.id, method: "merge" }))
  )
  const theyReopen = Effect.flatMap(pullsOf(repositoryId), ([pull]) =>
    pull?.state === "closed" ? Effect.ignore(reopenPullRequest(pull.id)) : Effect.void
  )
  const theyCommit = Effect.flatMap(branchOf(made), (branch) =>
    branch === ""
      ? Effect.void
      : Effect.gen(function* () {
          yield* push(made.path, { on: "drover/b", files: { [`theirs-${human.count}.txt`]: `${human.count}\n` } })
          human.count++
          yield* recordPush({ repositoryId, branches: ["drover/b"] })
        })
  )
  const told = Effect.flatMap(rowOf(id), ({ externalId }) =>
    externalId === null
      ? Effect.void
      : Effect.gen(function* () {
          const hosts = yield* CodeHosts
          const host = yield* hosts.connect({ repository: made, subject: { _tag: "ImportedChangeset" } })
          const pullRequest = yield* host.load({ repository: hostRepository(made), externalId })
          yield* saveSeen({ changesetId: id, pullRequest })
        })
  )
  return { apply, takeBack, says, close, detach, archive, theyClose, theyReopen, theyCommit, told, theyMerge }
}

/** Common things often, and what ends a changeset seldom. */
const weights: Readonly<Record<keyof ReturnType<typeof actions>, number>> = {
  apply: 8,
  takeBack: 1,
  says: 2,
  close: 2,
  detach: 1,
  archive: 1,
  theyClose: 2,
  theyReopen: 2,
  theyCommit: 4,
  told: 3,
  theyMerge: 0.6
}

/** As a worker, until nobody asks any more. An attempt that fails is a mistake: nothing in these histories needs a person. */
const untilIdle = Effect.fnUntraced(function* (id: number) {
  const store = yield* ReconcilerStore
  yield* enqueueAlone(id)
  let claim = yield* store.dequeue()
  // what nobody has is not worked on
  if (Option.isNone(claim)) assert.deepStrictEqual(yield* associationsOf([id]), [])
  for (let attempts = 0; Option.isSome(claim); attempts++) {
    assert.isBelow(attempts, 5, "it is never idle")
    yield* reconcileChangeset(claim.value)
    claim = yield* store.dequeue()
  }
})

/** Calls that a host may fail to answer, before or after it has done what was asked: those most that leave half a spec. */
const mayFail = [
  "push",
  "push",
  "push",
  "update",
  "update",
  "update",
  "tip",
  "create",
  "markReady",
  "reopen",
  "close"
] as const

/** One attempt, in which the host does not answer as it should: what it had begun stays as it is. Gives whether that ended it. */
const interrupted = Effect.fnUntraced(function* (id: number, next: () => number) {
  const store = yield* ReconcilerStore
  yield* enqueueAlone(id)
  const claim = yield* store.dequeue()
  if (Option.isNone(claim)) return false
  yield* answer(mayFail[Math.floor(next() * mayFail.length)]!, unavailable, next() < 0.5)
  const exit = yield* Effect.exit(reconcileChangeset(claim.value))
  // one that was not called answers as it should from now on
  yield* Effect.flatMap(ControlledHosts, ({ reset }) => reset)
  if (exit._tag === "Success") return false
  assert.strictEqual(Cause.squash(exit.cause) instanceof StepFailed, true, Cause.pretty(exit.cause))
  yield* alterChangeset(id, { reconcilerState: "errored" })
  return true
})

const invariants = Effect.fnUntraced(function* (
  made: Scene,
  human: { readonly count: number },
  asked: { readonly close: boolean }
) {
  const { id, path, repositoryId } = made
  const loaded = yield* loadReconciled(id)
  const { associations, changeset, current } = loaded
  const hosts = yield* CodeHosts
  const { steps } = plan({
    previous: desiredOf(loaded.previous),
    begun: begunOf(loaded.begun),
    current: desiredOf(current),
    changeset: observe(changeset, associations),
    abilities: hosts.abilities(loaded.repository)
  })
  // whoever asks for it to be closed asks for nothing else: the next who enqueues it wants it again
  const closed = changeset.externalState === "closed" && asked.close
  if (!closed && associations.length > 0) assert.deepStrictEqual(steps, [], "planning again gives something")
  if (associations.length > 0) {
    assert.deepInclude(changeset, { reconcilerState: "completed", failureMessage: null, attention: null })
  }

  const pulls = yield* pullsOf(repositoryId)
  assert.strictEqual(pulls.length, changeset.publication === "published" ? 1 : 0, "so many pull requests")
  const branches = yield* branchOf(made)
  assert.isAtMost(branches.split("\n").length, 1, "so many branches")
  if (changeset.publication === "unpublished" || branches === "") return
  // nobody's work is lost
  const files = (yield* ask(path, "ls-tree", "--name-only", "drover/b")).split("\n")
  for (let n = 0; n < human.count; n++) assert.include(files, `theirs-${n}.txt`)
  const [association] = associations
  const isMade = association !== undefined && !association.archived
  if (!isMade || changeset.externalState !== "open" || current === undefined) return
  assert.strictEqual(yield* ask(path, "show", "drover/b:b.txt"), current.diffHash)
  assert.deepInclude(pulls[0], { title: current.title, state: pulls[0]!.state })
})

/** Gives what was done, for whoever looks at one that failed. */
export const history = Effect.fnUntraced(function* (seed: number, length: number) {
  const next = random(seed)
  const human = { count: 0 }
  const made = yield* scene()
  const possible = actions(made, next, human)
  const names = Object.keys(weights) as ReadonlyArray<keyof typeof weights>
  const total = names.reduce((sum, name) => sum + weights[name], 0)
  const choose = () => {
    let at = next() * total
    return names.find((name) => (at -= weights[name]) < 0) ?? "apply"
  }
  const done: Array<string> = []
  for (let n = 0; n < length; n++) {
    const together = 1 + Math.floor(next() * 3)
    for (let m = 0; m < together; m++) {
      const name = choose()
      done.push(name)
      yield* possible[name]
    }
    if (next() < 0.5 && (yield* interrupted(made.id, next))) {
      const then = next() < 0.3 ? "apply" : "takeBack"
      done.push("(fault)", then)
      yield* possible[then]
    }
    done.push("|")
    const { closing } = yield* rowOf(made.id)
    yield* Effect.orDie(untilIdle(made.id)).pipe(
      Effect.andThen(invariants(made, human, { close: closing })),
      Effect.catchDefect((defect) => Effect.die(new Error(`seed ${seed}: ${done.join(" ")}`, { cause: defect })))
    )
  }
  return done
})
