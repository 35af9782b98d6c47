import { assert, describe, it } from "@effect/vitest"
import type { Association } from "../../src/batchChanges/index.ts"
import type { Fate, RewiredChangeset, RewiredSpec } from "../../src/batchChanges/apply/Fate.ts"
import { rewire } from "../../src/batchChanges/apply/rewire.ts"

const OURS = 1
const OTHER = 7

const association = (change: Partial<Association> = {}): Association => ({
  batchChangeId: OURS,
  detach: false,
  archive: false,
  archived: false,
  ...change
})

/** Ours, published and open. */
const changeset = (change: Partial<RewiredChangeset> = {}): RewiredChangeset => ({
  id: 100,
  repositoryId: 1,
  headRef: "fix",
  externalId: "5",
  currentSpecId: 50,
  processing: false,
  publication: "published",
  uiPublication: null,
  external: "open",
  closing: false,
  ownerId: OURS,
  associations: [association()],
  detached: false,
  ...change
})
const unpublished = (change: Partial<RewiredChangeset> = {}) =>
  changeset({ publication: "unpublished", external: null, externalId: null, ...change })
const theirs = (change: Partial<RewiredChangeset> = {}) =>
  changeset({ ownerId: OTHER, associations: [association({ batchChangeId: OTHER })], ...change })
const imported = (change: Partial<RewiredChangeset> = {}) => changeset({ ownerId: null, headRef: "", ...change })

const branch = (change: Partial<RewiredSpec> = {}): RewiredSpec => ({
  id: 60,
  repositoryId: 1,
  kind: "branch",
  headRef: "fix",
  externalId: null,
  ...change
})
const pull = (change: Partial<RewiredSpec> = {}): RewiredSpec =>
  branch({ id: 61, kind: "import", headRef: "", externalId: "5", ...change })

const open = { archived: false, deleted: false, readable: true }

interface Row {
  readonly name: string
  readonly specs?: ReadonlyArray<RewiredSpec>
  readonly there?: ReadonlyArray<RewiredChangeset>
  /** Defaults to ours. Null: it is to be made. */
  readonly batchChangeId?: number | null
  readonly expected: ReadonlyArray<string>
}

const rows: ReadonlyArray<Row> = [
  { name: "a branch that nobody has is made", specs: [branch()], expected: ["create fix"] },
  { name: "a new batch change makes all", specs: [branch()], batchChangeId: null, expected: ["create fix"] },
  { name: "a branch that is ours is kept", specs: [branch()], there: [changeset()], expected: ["keep 100"] },
  { name: "unpublished too", specs: [branch()], there: [unpublished()], expected: ["keep 100"] },
  {
    name: "one that is being closed is kept",
    specs: [branch()],
    there: [changeset({ closing: true })],
    expected: ["keep 100"]
  },
  {
    name: "the same branch of another repository is another",
    specs: [branch({ repositoryId: 2 })],
    there: [changeset()],
    expected: ["create fix", "archive 100, close"]
  },
  {
    name: "one that was put away comes back",
    specs: [branch()],
    there: [changeset({ external: "closed", associations: [association({ archived: true })] })],
    expected: ["reattach 100"]
  },
  {
    name: "one that is to be put away comes back",
    specs: [branch()],
    there: [changeset({ closing: true, associations: [association({ archive: true })] })],
    expected: ["reattach 100"]
  },
  {
    name: "one that is to be let go of comes back",
    specs: [branch()],
    there: [unpublished({ associations: [association({ detach: true })] })],
    expected: ["reattach 100"]
  },
  {
    name: "one that was let go of comes back",
    specs: [branch()],
    there: [unpublished({ detached: true, associations: [] })],
    expected: ["reattach 100"]
  },
  {
    name: "one that is merged is kept",
    specs: [branch()],
    there: [changeset({ external: "merged" })],
    expected: ["keep 100"]
  },
  {
    name: "of several of one branch the one that is not merged is kept",
    specs: [branch()],
    there: [changeset({ id: 99, external: "merged" }), changeset()],
    expected: ["keep 100", "archive 99"]
  },
  { name: "what no spec has is put away and closed", there: [changeset()], expected: ["archive 100, close"] },
  { name: "a draft as well", there: [changeset({ external: "draft" })], expected: ["archive 100, close"] },
  { name: "what is merged is put away", there: [changeset({ external: "merged" })], expected: ["archive 100"] },
  { name: "what is closed is put away", there: [changeset({ external: "closed" })], expected: ["archive 100"] },
  { name: "what is read-only is put away", there: [changeset({ external: "readonly" })], expected: ["archive 100"] },
  { name: "what was never published is let go of", there: [unpublished()], expected: ["detach 100"] },
  {
    name: "what is being published just now is put away and closed",
    there: [unpublished({ processing: true })],
    expected: ["archive 100, close"]
  },
  {
    name: "what was put away stays so",
    there: [changeset({ associations: [association({ archived: true })] })],
    expected: ["leave 100"]
  },
  {
    name: "what is to be let go of stays so",
    there: [unpublished({ associations: [association({ detach: true })] })],
    expected: ["leave 100"]
  },
  {
    name: "what was let go of is nobody's business",
    there: [unpublished({ detached: true, associations: [] })],
    expected: []
  },
  { name: "a pull request that nobody knows is imported", specs: [pull()], expected: ["import #5"] },
  { name: "one that we imported is kept", specs: [pull()], there: [imported()], expected: ["keep 100"] },
  {
    name: "one that another imported is followed",
    specs: [pull()],
    there: [imported({ associations: [association({ batchChangeId: OTHER })] })],
    expected: ["track 100"]
  },
  { name: "one that another made is followed", specs: [pull()], there: [theirs()], expected: ["track 100"] },
  {
    name: "one that another made and we follow is kept",
    specs: [pull()],
    there: [theirs({ associations: [association({ batchChangeId: OTHER }), association()] })],
    expected: ["keep 100"]
  },
  {
    name: "one that we are about to let go of comes back",
    specs: [pull()],
    there: [imported({ associations: [association({ detach: true })] })],
    expected: ["reattach 100"]
  },
  { name: "an import that no spec has is let go of", there: [imported()], expected: ["detach 100"] },
  {
    name: "one that another made and no spec follows any more is let go of",
    there: [theirs({ associations: [association({ batchChangeId: OTHER }), association()] })],
    expected: ["detach 100"]
  },
  {
    name: "our own, by its pull request alone, is kept as it is",
    specs: [pull()],
    there: [changeset()],
    expected: ["keep 100"]
  },
  {
    name: "our own, by both, is one",
    specs: [pull(), branch()],
    there: [changeset()],
    expected: ["keep 100"]
  },
  {
    name: "another's branch is not taken",
    specs: [branch()],
    there: [theirs()],
    expected: [
      'refuse fix: the batch change "their" makes this branch: choose another branch, or import its pull request'
    ]
  },
  {
    name: "nor for a new batch change",
    specs: [branch()],
    there: [theirs()],
    batchChangeId: null,
    expected: [
      'refuse fix: the batch change "their" makes this branch: choose another branch, or import its pull request'
    ]
  },
  {
    name: "not even an unpublished one",
    specs: [branch()],
    there: [theirs({ publication: "unpublished", external: null, externalId: null })],
    expected: [
      'refuse fix: the batch change "their" makes this branch: choose another branch, or import its pull request'
    ]
  },
  {
    name: "not even one that was ours, and that another has taken since",
    specs: [branch()],
    there: [unpublished({ detached: true, associations: [] }), theirs({ id: 101 })],
    expected: [
      'refuse fix: the batch change "their" makes this branch: choose another branch, or import its pull request'
    ]
  },
  {
    name: "a branch that another has put away is free",
    specs: [branch()],
    there: [theirs({ external: "closed", associations: [association({ batchChangeId: OTHER, archived: true })] })],
    expected: ["create fix"]
  },
  {
    name: "but not while its pull request is open",
    specs: [branch()],
    there: [theirs({ associations: [] })],
    expected: [
      "refuse fix: this branch has pull request 5, which is still open: close it, choose another branch, or import it"
    ]
  },
  {
    name: "a branch that another follows is not taken",
    specs: [branch()],
    there: [imported({ headRef: "fix", associations: [association({ batchChangeId: OTHER })] })],
    expected: [
      "refuse fix: this branch has pull request 5, which was made elsewhere and is imported: choose another branch"
    ]
  },
  {
    name: "a spec does not import what it makes, where somebody else made it",
    specs: [branch(), pull()],
    there: [imported({ headRef: "fix" })],
    expected: [
      "refuse fix: this branch has pull request 5, which was made elsewhere and is imported: choose another branch",
      "keep 100"
    ]
  },
  {
    name: "two of one branch are refused",
    specs: [branch(), branch({ id: 62 })],
    expected: ["create fix", "refuse fix: another changeset of the spec has this branch"]
  },
  {
    name: "nothing is made in a repository that is gone",
    specs: [branch({ repositoryId: 3 })],
    expected: ["refuse fix: its repository is gone: leave it out"]
  },
  {
    name: "nothing is made or imported where one may not read",
    specs: [branch({ repositoryId: 4 }), pull({ repositoryId: 5 })],
    expected: [
      "refuse fix: it is in a repository that you may not read",
      "refuse #5: it is in a repository that you may not read"
    ]
  },
  {
    name: "what is refused is not closed",
    specs: [branch({ repositoryId: 3 })],
    there: [changeset({ repositoryId: 3 })],
    expected: ["refuse fix: its repository is gone: leave it out"]
  }
]

const print = (fate: Fate): string => {
  const name = "spec" in fate ? (fate.spec.kind === "import" ? `#${fate.spec.externalId}` : fate.spec.headRef) : ""
  switch (fate._tag) {
    case "create":
    case "import":
      return `${fate._tag} ${name}`
    case "refuse":
      return `refuse ${name}: ${fate.why}`
    case "archive":
      return `archive ${fate.changeset.id}${fate.close ? ", close" : ""}`
    default:
      return `${fate._tag} ${fate.changeset.id}`
  }
}

describe("rewiring", () => {
  for (const { batchChangeId = OURS, expected, name, specs = [], there = [] } of rows) {
    it(`${name}: ${expected.join("; ") || "nothing"}`, () => {
      const fates = rewire({
        batchChangeId,
        specs,
        changesets: there,
        repositories: new Map([
          [1, open],
          [2, open],
          [3, { ...open, deleted: true }],
          [4, { ...open, readable: false }]
        ]),
        owners: new Map([[OTHER, "their"]])
      })
      assert.deepStrictEqual(fates.map(print), expected)
    })
  }
})
