import { assert, describe, it } from "@effect/vitest"
import type { Association, DesiredChange, HostAbilities, ObservedChangeset } from "../src/batchChanges/plan/Desired.ts"
import { wanted } from "../src/batchChanges/plan/Desired.ts"
import type { Operation } from "../src/batchChanges/plan/Operation.ts"
import { plan } from "../src/batchChanges/plan/plan.ts"
import {
  computedState,
  type ExternalState,
  type PublishedValue,
  type UiPublication
} from "../src/batchChanges/states.ts"

const OWNER = 1

const spec = (change: Partial<DesiredChange> = {}): DesiredChange => ({
  title: "Title",
  body: "Body",
  baseRef: "main",
  diff: "diff",
  commitMessage: "message",
  authorName: "Ada",
  authorEmail: "ada@example.invalid",
  published: true,
  ...change
})
const published = (value: PublishedValue) => spec({ published: value })

const association = (change: Partial<Association> = {}): Association => ({
  batchChangeId: OWNER,
  detach: false,
  archive: false,
  archived: false,
  ...change
})

const unpublished: ObservedChangeset = {
  publication: "unpublished",
  uiPublication: null,
  external: null,
  closing: false,
  ownerId: OWNER,
  associations: [association()],
  detached: false
}
const is = (external: ExternalState, change: Partial<ObservedChangeset> = {}): ObservedChangeset => ({
  ...unpublished,
  publication: "published",
  external,
  ...change
})
const ui = (uiPublication: UiPublication, changeset = unpublished): ObservedChangeset => ({
  ...changeset,
  uiPublication
})
const imported = { ...unpublished, ownerId: null, associations: [association({ batchChangeId: 7 })] }

interface Row {
  readonly name: string
  readonly previous?: DesiredChange
  readonly begun?: ReadonlyArray<DesiredChange | "unknown">
  readonly current?: DesiredChange
  readonly changeset: ObservedChangeset
  readonly abilities?: Partial<HostAbilities>
  readonly expected: ReadonlyArray<Operation>
}

const noDrafts = { drafts: false }
const afterPush = ["push", "wait", "sync"] as const
const draft = published("draft")
const free = published(null)

const rows: ReadonlyArray<Row> = [
  { name: "to be published", current: spec(), changeset: unpublished, expected: ["push", "publish"] },
  { name: "to be a draft", current: draft, changeset: unpublished, expected: ["push", "publishDraft"] },
  { name: "not to be published", current: published(false), changeset: unpublished, expected: [] },
  { name: "a draft, no drafts", current: draft, changeset: unpublished, abilities: noDrafts, expected: [] },
  { name: "a draft made ready", previous: draft, current: spec(), changeset: is("draft"), expected: ["undraft"] },
  {
    name: "ready before it was made",
    previous: draft,
    current: spec(),
    changeset: unpublished,
    expected: ["push", "publish"]
  },
  { name: "nobody says", current: free, changeset: unpublished, expected: [] },
  { name: "the person says no", current: free, changeset: ui("unpublished"), expected: [] },
  { name: "the person says draft", current: free, changeset: ui("draft"), expected: ["push", "publishDraft"] },
  {
    name: "the person says draft, no drafts",
    current: free,
    changeset: ui("draft"),
    abilities: noDrafts,
    expected: []
  },
  { name: "the person says yes", current: free, changeset: ui("published"), expected: ["push", "publish"] },
  {
    name: "a draft, then the person says yes",
    previous: draft,
    current: free,
    changeset: ui("published", is("open")),
    expected: ["undraft"]
  },
  {
    name: "a draft, then the person says draft",
    previous: draft,
    current: free,
    changeset: ui("draft", is("draft")),
    expected: []
  },
  {
    name: "a draft, then the person says no",
    previous: draft,
    current: free,
    changeset: ui("unpublished", is("draft")),
    expected: []
  },
  { name: "a draft, then nobody says", previous: draft, current: free, changeset: is("draft"), expected: [] },
  { name: "published, then nobody says", previous: spec(), current: free, changeset: is("open"), expected: [] },
  {
    name: "a draft on its host, the person says yes",
    previous: free,
    current: free,
    changeset: ui("published", is("draft")),
    expected: ["undraft"]
  },
  {
    name: "open on its host, the person says draft",
    previous: free,
    current: free,
    changeset: ui("draft", is("open")),
    expected: []
  },
  {
    name: "archived repository, nothing new",
    previous: spec(),
    current: spec(),
    changeset: is("readonly"),
    expected: []
  },
  {
    name: "another title",
    previous: spec(),
    current: spec({ title: "B" }),
    changeset: is("open"),
    expected: ["update"]
  },
  { name: "another body", previous: spec(), current: spec({ body: "B" }), changeset: is("open"), expected: ["update"] },
  {
    name: "another base",
    previous: spec(),
    current: spec({ baseRef: "B" }),
    changeset: is("open"),
    expected: ["update"]
  },
  {
    name: "archived repository, another title",
    previous: spec(),
    current: spec({ title: "B" }),
    changeset: is("readonly"),
    expected: []
  },
  {
    name: "another diff was begun and taken back",
    previous: spec(),
    begun: [spec({ diff: "B" })],
    current: spec(),
    changeset: is("open"),
    expected: afterPush
  },
  {
    name: "another title was begun and taken back, and it was brought nowhere before",
    begun: [spec(), spec({ title: "B" })],
    current: spec(),
    changeset: is("open"),
    expected: ["update"]
  },
  {
    name: "the same was begun",
    previous: spec(),
    begun: [spec()],
    current: spec(),
    changeset: is("open"),
    expected: []
  },
  {
    name: "what was begun is gone",
    previous: spec(),
    begun: ["unknown"],
    current: spec(),
    changeset: is("open"),
    expected: ["push", "update"]
  },
  {
    name: "another was begun, and it is merged",
    previous: spec(),
    begun: [spec({ diff: "B" })],
    current: spec(),
    changeset: is("merged"),
    expected: []
  },
  { name: "another diff", previous: spec(), current: spec({ diff: "B" }), changeset: is("open"), expected: afterPush },
  {
    name: "another message",
    previous: spec(),
    current: spec({ commitMessage: "B" }),
    changeset: is("open"),
    expected: afterPush
  },
  {
    name: "another author",
    previous: spec(),
    current: spec({ authorName: "B" }),
    changeset: is("open"),
    expected: afterPush
  },
  {
    name: "another address",
    previous: spec(),
    current: spec({ authorEmail: "B" }),
    changeset: is("open"),
    expected: afterPush
  },
  {
    name: "another diff and title",
    previous: spec(),
    current: spec({ diff: "B", title: "B" }),
    changeset: is("open"),
    expected: ["push", "update"]
  },
  {
    name: "merged, another diff",
    previous: spec(),
    current: spec({ diff: "B" }),
    changeset: is("merged"),
    expected: []
  },
  {
    name: "deleted, another diff",
    previous: spec(),
    current: spec({ diff: "B" }),
    changeset: is("deleted"),
    expected: []
  },
  { name: "closed, wanted", previous: spec(), current: spec(), changeset: is("closed"), expected: ["reopen"] },
  {
    name: "closed, cannot reopen",
    previous: spec(),
    current: spec(),
    changeset: is("closed"),
    abilities: { reopen: false },
    expected: []
  },
  {
    name: "closed, another title",
    previous: spec(),
    current: spec({ title: "B" }),
    changeset: is("closed"),
    expected: ["reopen", "update"]
  },
  { name: "closing, open", current: spec(), changeset: is("open", { closing: true }), expected: ["close"] },
  { name: "closing, closed", current: spec(), changeset: is("closed", { closing: true }), expected: ["close"] },
  { name: "closing, archived repository", current: spec(), changeset: is("readonly", { closing: true }), expected: [] },
  {
    name: "its owner lets go",
    current: spec(),
    changeset: is("open", { associations: [association({ detach: true })] }),
    expected: ["detach"]
  },
  { name: "nobody has it", current: spec(), changeset: is("closed", { associations: [] }), expected: [] },
  {
    name: "let go after publishing failed",
    current: spec(),
    changeset: { ...unpublished, associations: [association({ detach: true })] },
    expected: ["detach"]
  },
  {
    name: "let go after the import failed",
    changeset: { ...imported, associations: [association({ batchChangeId: 7, detach: true })] },
    expected: ["detach"]
  },
  {
    name: "put away",
    current: spec(),
    changeset: is("open", { associations: [association({ archive: true })] }),
    expected: ["archive"]
  },
  {
    name: "put away and closed",
    current: spec(),
    changeset: is("open", { closing: true, associations: [association({ archive: true })] }),
    expected: ["archive", "close"]
  },
  {
    name: "put away before",
    current: spec(),
    changeset: is("open", { associations: [association({ archived: true })] }),
    expected: []
  },
  {
    name: "put away by its owner, let go by another",
    current: spec(),
    changeset: is("open", {
      associations: [association({ archive: true }), association({ batchChangeId: 7, detach: true })]
    }),
    expected: ["detach", "archive"]
  },
  { name: "made elsewhere", changeset: imported, expected: ["import"] },
  {
    name: "made elsewhere, and known",
    changeset: { ...imported, publication: "published", external: "open" },
    expected: []
  },
  {
    name: "made elsewhere, one lets go and one stays",
    changeset: {
      ...imported,
      associations: [association({ batchChangeId: 7, detach: true }), association({ batchChangeId: 8 })]
    },
    expected: ["detach", "import"]
  },
  {
    name: "to be put away, and never published",
    current: spec(),
    changeset: { ...unpublished, associations: [association({ archive: true })] },
    expected: ["detach"]
  },
  {
    name: "had again",
    previous: spec(),
    current: spec(),
    changeset: is("open", { detached: true }),
    expected: ["reattach"]
  },
  {
    name: "made elsewhere, had again",
    changeset: { ...imported, publication: "published", external: "open", detached: true },
    expected: ["reattach"]
  }
]

const every: HostAbilities = { drafts: true, reopen: true }
const operationsOf = (input: Parameters<typeof plan>[0]) => plan(input).steps.map(({ operation }) => operation)

describe("plan", () => {
  for (const { abilities, begun, changeset, current, expected, name, previous } of rows) {
    it(`${name}: ${expected.join(", ") || "nothing"}`, () => {
      assert.deepStrictEqual(
        operationsOf({ previous, begun, current, changeset, abilities: { ...every, ...abilities } }),
        expected
      )
    })
  }

  it("says why something that was wished for is not done", () => {
    const { notes } = plan({ current: draft, changeset: unpublished, abilities: { ...every, drafts: false } })
    assert.deepStrictEqual(notes, ["its host has no drafts: it stays unpublished"])
  })

  it("says what is different", () => {
    const { steps } = plan({
      previous: spec(),
      current: spec({ title: "B", body: "B", diff: "B" }),
      changeset: is("open"),
      abilities: every
    })
    assert.deepStrictEqual(
      steps.map(({ why }) => why),
      ["changed: diff", "changed: title, body"]
    )
  })

  it("comes to an end: what was done as planned needs nothing more", () => {
    let planned = 0
    for (const input of everything()) {
      const { steps } = plan(input)
      planned += steps.length
      const after = steps.reduce((changeset, { operation }) => perform(changeset, operation), input.changeset)
      const again = plan({ ...input, previous: input.current, changeset: after })
      assert.deepStrictEqual(again.steps, [], JSON.stringify(input))
    }
    assert.isAbove(planned, 1000)
  })
})

/** What the operation leaves behind, where it works. */
const perform = (changeset: ObservedChangeset, operation: Operation): ObservedChangeset => {
  const { associations } = changeset
  switch (operation) {
    case "publish":
    case "import":
      return { ...changeset, publication: "published", external: "open" }
    case "publishDraft":
      return { ...changeset, publication: "published", external: "draft" }
    case "close": {
      const open = changeset.external === "open" || changeset.external === "draft"
      return { ...changeset, closing: false, external: open ? "closed" : changeset.external, associations: [] }
    }
    case "reopen":
      return { ...changeset, external: "open" }
    case "undraft":
      return { ...changeset, external: changeset.external === "draft" ? "open" : changeset.external }
    case "reattach":
      return { ...changeset, detached: false }
    case "detach":
      return {
        ...changeset,
        associations: associations.filter(
          ({ archive, detach }) => !detach && !(archive && changeset.publication === "unpublished")
        )
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

/** Every combination of what decides. */
function* everything(): Generator<Parameters<typeof plan>[0]> {
  const specs = [undefined, spec(), draft, free, published(false), spec({ title: "B", diff: "B" })]
  const externals: ReadonlyArray<ExternalState> = [null, "draft", "open", "closed", "merged", "deleted", "readonly"]
  const associations = [
    [],
    [association()],
    [association({ detach: true })],
    [association({ archive: true })],
    [association({ batchChangeId: 7 }), association({ detach: true })]
  ]
  for (const previous of specs)
    for (const current of specs)
      for (const external of externals)
        for (const uiPublication of [null, "draft", "published"] as const)
          for (const linked of associations)
            for (const closing of [false, true])
              for (const detached of [false, true])
                for (const drafts of [false, true]) {
                  const publication = external === null ? "unpublished" : "published"
                  yield {
                    previous,
                    current,
                    abilities: { drafts, reopen: true },
                    changeset: {
                      publication,
                      external,
                      uiPublication,
                      closing,
                      detached,
                      ownerId: OWNER,
                      associations: linked
                    }
                  }
                }
}

describe("wanted", () => {
  it("is the spec's word before the person's", () => {
    assert.deepStrictEqual(
      ([true, false, "draft", null] as const).map((value) => wanted(published(value), "draft")),
      ["published", "nothing", "draft", "draft"]
    )
  })
})

describe("the one word of a changeset", () => {
  const words = [
    ["errored", "published", "open", "retrying"],
    ["failed", "published", "open", "failed"],
    ["canceled", "published", "open", "failed"],
    ["scheduled", "published", "open", "scheduled"],
    ["queued", "published", "open", "processing"],
    ["processing", "unpublished", null, "processing"],
    ["completed", "unpublished", null, "unpublished"],
    ["completed", "published", "draft", "draft"],
    ["completed", "published", "merged", "merged"],
    ["completed", "published", null, "processing"]
  ] as const
  for (const [reconciler, publication, external, word] of words) {
    it(`is ${word} when its reconciliation is ${reconciler}, and it is ${publication} and ${external ?? "not seen"}`, () => {
      assert.strictEqual(computedState({ reconciler, publication, external }), word)
    })
  }
})
