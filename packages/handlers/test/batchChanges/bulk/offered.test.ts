import { assert, describe, it } from "@effect/vitest"
import { type BulkOperation, bulkOperationTypes, type OfferFacts, offered } from "../../../src/batchChanges/index.ts"
import { refusal } from "../../../src/batchChanges/bulk/offered.ts"
import { everything } from "../../support/MemoryHost.ts"

const facts = (some: Partial<OfferFacts> = {}): OfferFacts => ({
  reconciler: "completed",
  external: "open",
  archived: false,
  closed: false,
  closing: false,
  published: null,
  abilities: everything,
  ...some
})

const typesFor = (some: Partial<OfferFacts>) => {
  const offers = offered(facts(some))
  return bulkOperationTypes.filter((type) => offers[type] === undefined).join(" ")
}

describe("A changeset is offered", () => {
  for (const [what, some, types] of [
    ["that is open", {}, "comment merge close publish draft sync label"],
    ["that is a draft", { external: "draft" }, "comment close publish sync label"],
    ["that is closed", { external: "closed" }, "comment reopen publish sync label"],
    ["that is merged", { external: "merged" }, "comment publish sync label"],
    ["that is gone from its host", { external: "deleted" }, "publish sync"],
    ["in an archived repository", { external: "readonly" }, "sync"],
    ["in an archived repository, put away", { external: "readonly", archived: true }, "sync"],
    ["that is not published", { external: null }, "publish"],
    ["that is not published and has failed", { external: null, reconciler: "failed" }, "reenqueue publish"],
    ["that has failed", { reconciler: "failed" }, "comment reenqueue close publish draft sync label"],
    ["that was canceled", { reconciler: "canceled" }, "comment reenqueue close publish draft sync label"],
    ["that is tried again", { reconciler: "errored" }, "comment merge close publish draft sync label"],
    ["that is being worked on", { reconciler: "processing" }, "comment merge close publish draft sync label"],
    ["that is put away", { archived: true }, "comment detach sync label"],
    ["that is put away and has failed", { archived: true, reconciler: "failed" }, "comment detach sync label"],
    ["of a batch change that is closed", { closed: true }, "comment merge close draft sync label"],
    ["of one that is closed, and failed", { closed: true, reconciler: "failed" }, "comment close draft sync label"],
    [
      "of one that is closed, and failed to be closed with it",
      { closed: true, closing: true, reconciler: "failed" },
      "comment reenqueue close publish draft sync label"
    ],
    ["that was imported", { published: undefined }, "comment merge close draft sync label"],
    ["whose spec publishes it", { published: true }, "comment merge close sync label"],
    ["whose spec wants a draft", { published: "draft" }, "comment merge close draft sync label"],
    ["whose spec wants it unpublished", { published: false }, "comment merge close draft sync label"],
    [
      "of a host that can do nothing more than it must",
      { abilities: { ...everything, redraft: false, reopen: false, labels: false } },
      "comment merge close publish sync"
    ],
    [
      "that is closed on a host that reopens nothing",
      { external: "closed", abilities: { ...everything, reopen: false } },
      "comment publish sync label"
    ]
  ] as ReadonlyArray<readonly [string, Partial<OfferFacts>, string]>) {
    it(`${what}: ${types}`, () => {
      assert.strictEqual(typesFor(some), types)
    })
  }

  it("with a reason for each that it is not", () => {
    assert.deepInclude(offered(facts({ external: "merged" })), {
      detach: "is not archived in this batch change",
      reenqueue: "has not failed",
      merge: "is merged",
      close: "is merged",
      reopen: "is merged"
    })
    assert.deepInclude(offered(facts({ archived: true, external: "closed" })), {
      merge: "is archived in this batch change",
      publish: "is archived in this batch change"
    })
    assert.deepInclude(offered(facts({ external: "readonly" })), { comment: "is in an archived repository" })
    assert.deepInclude(offered(facts({ external: null })), { comment: "is not published", sync: "is not published" })
    assert.deepInclude(offered(facts({ published: undefined })), { publish: "was imported" })
  })
})

describe("An operation", () => {
  for (const [what, operation, some, why] of [
    [
      "that merges as the host cannot",
      { type: "merge", method: "rebase" },
      { mergeMethods: ["merge"] },
      "is on a host that cannot merge by rebase"
    ],
    [
      "that publishes a draft where there are none",
      { type: "publish", draft: true },
      { drafts: false },
      "is on a host that has no drafts"
    ],
    ["never for publishing where there are no drafts", { type: "publish", draft: false }, { drafts: false }, undefined]
  ] as ReadonlyArray<readonly [string, BulkOperation, Partial<OfferFacts["abilities"]>, string | undefined]>) {
    it(`is refused ${what}`, () => {
      assert.strictEqual(refusal(operation, facts({ abilities: { ...everything, ...some } })), why)
    })
  }
})
