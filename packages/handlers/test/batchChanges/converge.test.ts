import { assert, describe, it } from "@effect/vitest"
import type { DesiredChange, ObservedChangeset, Operation } from "../../src/batchChanges/index.ts"
import { plan } from "../../src/batchChanges/index.ts"
import type { Fate, RewiredChangeset, RewiredSpec } from "../../src/batchChanges/apply/Fate.ts"
import { rewire } from "../../src/batchChanges/apply/rewire.ts"
import { rewired, takesSpec } from "../../src/batchChanges/apply/rewired.ts"
import { randomly } from "../support/randomly.ts"

type Dice = ReturnType<typeof randomly>

/** A changeset of the model, and what it was and is to be brought to. */
interface Modelled {
  readonly changeset: RewiredChangeset
  readonly previous: DesiredChange | undefined
  readonly current: DesiredChange | undefined
}

interface Wanted {
  readonly spec: RewiredSpec
  readonly desired: DesiredChange | undefined
}

const open = { archived: false, deleted: false, readable: true }
const repositories = new Map([
  [1, open],
  [2, open]
])
const abilities = { drafts: true, reopen: true }

const desired = (dice: Dice): DesiredChange => ({
  title: dice.among(["A", "B"]),
  body: "",
  baseRef: "main",
  diff: dice.among(["1", "2"]),
  commitMessage: "m",
  authorName: "Ada",
  authorEmail: "a@x.invalid",
  published: dice.among([true, true, false, "draft" as const, null])
})

let ids = 0

const batchSpec = (dice: Dice): ReadonlyArray<Wanted> => {
  const base = { externalId: null, headRef: "" }
  const wanted: Array<Wanted> = []
  for (const repositoryId of [1, 2]) {
    for (const headRef of ["x", "y"]) {
      if (dice.upTo(2) === 0) continue
      wanted.push({ spec: { ...base, id: ++ids, repositoryId, kind: "branch", headRef }, desired: desired(dice) })
    }
    if (dice.upTo(3) === 0) {
      const externalId = dice.among(["1", "2", "900"])
      wanted.push({ spec: { ...base, id: ++ids, repositoryId, kind: "import", externalId }, desired: undefined })
    }
  }
  return wanted
}

const fatesOf = (batchChangeId: number, specs: ReadonlyArray<Wanted>, world: ReadonlyMap<number, Modelled>) =>
  rewire({
    batchChangeId,
    specs: specs.map(({ spec }) => spec),
    changesets: [...world.values()].map(({ changeset }) => changeset),
    repositories
  })

/** What is written down of a fate, as an apply does. Undefined: nothing. */
const written = (fate: Fate, batchChangeId: number, specs: ReadonlyArray<Wanted>, before?: Modelled) => {
  const observed = rewired(fate, batchChangeId)
  if (observed === undefined || fate._tag === "refuse") return undefined
  const wanted = "spec" in fate ? specs.find(({ spec }) => spec.id === fate.spec.id) : undefined
  if (fate._tag === "create" || fate._tag === "import") {
    const { headRef, externalId, repositoryId } = fate.spec
    const changeset = { ...observed, id: ++ids, repositoryId, headRef, externalId, currentSpecId: 1, processing: false }
    return { changeset, previous: undefined, current: wanted?.desired } satisfies Modelled
  }
  const takes = (fate._tag === "keep" || fate._tag === "reattach" || fate._tag === "track") && takesSpec(fate)
  const changeset: RewiredChangeset = { ...before!.changeset, ...observed }
  return { ...before!, changeset, current: takes ? wanted?.desired : before!.current } satisfies Modelled
}

const perform = (changeset: RewiredChangeset, operation: Operation): RewiredChangeset => {
  const { associations } = changeset
  const seen = (external: ObservedChangeset["external"]) => ({
    ...changeset,
    publication: "published" as const,
    external,
    externalId: changeset.externalId ?? String(changeset.id)
  })
  switch (operation) {
    case "publish":
    case "import":
    case "reopen":
    case "undraft":
      return seen("open")
    case "publishDraft":
      return seen("draft")
    case "close":
      return {
        ...changeset,
        closing: false,
        external: changeset.external === "open" || changeset.external === "draft" ? "closed" : changeset.external
      }
    case "reattach":
      return { ...changeset, detached: false }
    case "detach": {
      const left = associations.filter(({ detach }) => !detach)
      return { ...changeset, associations: left, detached: left.length === 0 }
    }
    case "archive":
      return {
        ...changeset,
        associations: associations.map((each) => (each.archive ? { ...each, archive: false, archived: true } : each))
      }
    case "push":
    case "update":
    case "wait":
    case "sync":
      return changeset
  }
}

/** The reconciler looks once. */
const reconciled = ({ changeset, current, previous }: Modelled): Modelled => {
  const { reaches, steps } = plan({ previous, current, changeset, abilities })
  const after = steps.reduce((each, { operation }) => perform(each, operation), changeset)
  return { changeset: after, current, previous: reaches ? current : previous }
}

const apply = (batchChangeId: number, specs: ReadonlyArray<Wanted>, world: Map<number, Modelled>) => {
  const touched = new Set<number>()
  for (const fate of fatesOf(batchChangeId, specs, world)) {
    const before = "changeset" in fate && fate.changeset !== undefined ? world.get(fate.changeset.id) : undefined
    const after = written(fate, batchChangeId, specs, before)
    if (after === undefined) continue
    world.set(after.changeset.id, after)
    touched.add(after.changeset.id)
  }
  for (const id of touched) world.set(id, reconciled(world.get(id)!))
}

describe("what is applied and reconciled", () => {
  it("needs nothing more: a second preview is empty, whatever came before", () => {
    let fates = 0
    let refused = 0
    for (let seed = 1; seed <= 1500; seed++) {
      const dice = randomly(seed)
      const world = new Map<number, Modelled>()
      for (let round = 0; round < 5; round++) {
        const batchChangeId = dice.among([1, 1, 2])
        const specs = batchSpec(dice)
        apply(batchChangeId, specs, world)
        for (const fate of fatesOf(batchChangeId, specs, world)) {
          fates++
          if (fate._tag === "refuse") {
            refused++
            continue
          }
          assert.include(["keep", "leave"], fate._tag, `seed ${seed}, round ${round}`)
          const after = written(
            fate,
            batchChangeId,
            specs,
            "changeset" in fate ? world.get(fate.changeset.id) : undefined
          )!
          const { steps } = plan({ ...after, abilities })
          assert.deepStrictEqual(steps, [], `seed ${seed}, round ${round}: ${JSON.stringify(after)}`)
        }
        // the world outside goes on
        for (const [id, each] of world) {
          const next = dice.upTo(12)
          if (each.changeset.publication !== "published" || next > 1) continue
          world.set(id, { ...each, changeset: { ...each.changeset, external: next === 0 ? "merged" : "closed" } })
        }
      }
    }
    assert.isAbove(fates, 10_000)
    assert.isAbove(refused, 100)
  })

  it("makes no branch twice", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const dice = randomly(seed)
      const world = new Map<number, Modelled>()
      for (let round = 0; round < 6; round++) {
        apply(dice.among([1, 2, 3]), batchSpec(dice), world)
        const alive = [...world.values()].filter(
          ({ changeset: { associations, headRef } }) =>
            headRef !== "" && associations.some(({ archived, detach }) => !archived && !detach)
        )
        const branches = alive.map(({ changeset }) => `${changeset.repositoryId} ${changeset.headRef}`)
        assert.strictEqual(
          new Set(branches).size,
          branches.length,
          `seed ${seed}, round ${round}: ${branches.join(", ")}`
        )
      }
    }
  })
})
