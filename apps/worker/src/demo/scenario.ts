/**
 * Three small repositories with pull requests in every state, and what goes on happening to them.
 */
import type { FileChange } from "@drover/git"

export interface Commit {
  readonly branch: string
  /** Where a new branch starts. Defaults to the branch's own tip. */
  readonly from?: string
  readonly message: string
  readonly files: Readonly<Record<string, FileChange>>
}

export interface Pull {
  readonly title: string
  readonly head: string
  readonly draft?: boolean
}

/** What may become of branches. */
export type Move =
  | { readonly _tag: "Commit"; readonly commits: ReadonlyArray<Commit> }
  /** The branch's own commits are thrown away first. */
  | { readonly _tag: "Force"; readonly to: string; readonly commit: Commit }
  /** The other branch is merged into it. */
  | { readonly _tag: "CatchUp"; readonly branch: string; readonly with: string }

/** What people do. Pull requests are named by their heads. */
export type Deed =
  | { readonly _tag: "Push"; readonly move: Move }
  | { readonly _tag: "Open"; readonly pull: Pull }
  /** Ben approves it. */
  | { readonly _tag: "Approve"; readonly head: string }
  /** A program says so of its head. */
  | { readonly _tag: "Report"; readonly head: string; readonly context: string; readonly state: "failure" | "success" }
  | { readonly _tag: "Merge"; readonly head: string }

/** Something that happens later. */
export interface Happening {
  readonly says: string
  readonly deeds: ReadonlyArray<Deed>
}

/** What must hold before `main` moves. */
export interface Protection {
  readonly requiredApprovals: number
  readonly requiredChecks: ReadonlyArray<string>
}

export interface Scene {
  readonly name: string
  readonly commits: ReadonlyArray<Commit>
  readonly pulls: ReadonlyArray<Pull>
  readonly protection?: Protection
  /** In turn, over and over. `round` makes each one new. */
  readonly happenings: (round: number) => ReadonlyArray<Happening>
}

const pushed = (commit: Commit): Deed => ({ _tag: "Push", move: { _tag: "Commit", commits: [commit] } })

const money = (currency: string, digits = 2) =>
  `export const currency = "${currency}"\nexport const digits = ${digits}\n\nexport const format = (cents: number) =>\n  \`\${currency} \${(cents / 100).toFixed(digits)}\`\n`

const billing: Scene = {
  name: "acme/billing",
  commits: [
    { branch: "main", message: "Start", files: { "README.md": "# Billing\n", "src/money.ts": money("USD") } },
    { branch: "rename-currency", from: "main", message: "Bill in euros", files: { "src/money.ts": money("EUR") } },
    { branch: "explain", from: "main", message: "Explain rounding", files: { "docs/rounding.md": "Half to even.\n" } },
    { branch: "main", message: "Bill in pounds", files: { "src/money.ts": money("GBP") } },
    {
      branch: "invoices",
      from: "main",
      message: "Add invoices",
      files: { "src/invoice.ts": "export interface Invoice {\n  readonly cents: number\n}\n" }
    },
    {
      branch: "invoices",
      message: "Test invoices",
      files: {
        "test/invoice.test.ts": 'import { expect, test } from "vitest"\n\ntest("is free", () => expect(0).toBe(0))\n'
      }
    },
    { branch: "refunds", from: "main", message: "Sketch refunds", files: { "src/refund.ts": "export {}\n" } }
  ],
  pulls: [
    { title: "Add invoices", head: "invoices" },
    { title: "Bill in euros", head: "rename-currency" },
    { title: "Explain rounding", head: "explain" },
    { title: "Sketch refunds", head: "refunds", draft: true }
  ],
  happenings: (round) => [
    {
      says: "main moves on",
      deeds: [pushed({ branch: "main", message: `Note ${round}`, files: { "NOTES.md": `Round ${round}\n` } })]
    },
    {
      says: "invoices catches up with main",
      deeds: [{ _tag: "Push", move: { _tag: "CatchUp", branch: "invoices", with: "main" } }]
    }
  ]
}

const page = (title: string) => `<!doctype html>\n<title>${title}</title>\n<nav>\n  <a href="/">Home</a>\n</nav>\n`

const website: Scene = {
  name: "acme/website",
  commits: [
    { branch: "main", message: "Start", files: { "index.html": page("Acme"), "about.html": page("About") } },
    {
      branch: "restyle",
      from: "main",
      message: "Add a logo",
      files: { "logo.png": new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 255, 0, 254]), "style.css": "nav {}\n" }
    },
    { branch: "navigation", from: "main", message: "Rename the site", files: { "index.html": page("Acme Inc.") } },
    {
      branch: "tidy",
      from: "main",
      message: "Move about",
      files: { "about.html": null, "pages/about.html": page("About") }
    }
  ],
  pulls: [
    { title: "Add a logo", head: "restyle" },
    { title: "Rename the site", head: "navigation" },
    { title: "Move the about page", head: "tidy" }
  ],
  happenings: (round) => [
    {
      says: "main renames the site as well",
      deeds: [pushed({ branch: "main", message: "Rename", files: { "index.html": page(`Acme ${round}`) } })]
    },
    {
      says: "navigation is force-pushed onto main",
      deeds: [
        {
          _tag: "Push",
          move: {
            _tag: "Force",
            to: "main",
            commit: {
              branch: "navigation",
              message: "Rename again",
              files: { "index.html": page(`Acme Inc. ${round}`) }
            }
          }
        }
      ]
    }
  ]
}

/** Its main branch is protected: nothing lands that ben has not approved, and that has not been built. */
const tools: Scene = {
  name: "acme/tools",
  commits: [
    {
      branch: "main",
      message: "Start",
      files: {
        "README.md": "# Tools\n\n`bin/run` takes the currency from the billing service.\n",
        "bin/run": { content: "#!/bin/sh\n", mode: "100755" }
      }
    },
    {
      branch: "flags",
      from: "main",
      message: "Take flags",
      files: { "bin/run": { content: "#!/bin/sh\nset -u\n", mode: "100755" } }
    }
  ],
  pulls: [{ title: "Take flags", head: "flags" }],
  protection: { requiredApprovals: 1, requiredChecks: ["build"] },
  happenings: (round) => {
    const head = `flag-${round}`
    const files = { [`flags/${head}.md`]: `What ${head} does.\n` }
    return [
      {
        says: "a new flag is proposed",
        deeds: [
          pushed({ branch: head, from: "main", message: `Add ${head}`, files }),
          { _tag: "Open", pull: { title: `Add ${head}`, head } }
        ]
      },
      { says: "the build fails", deeds: [{ _tag: "Report", head, context: "build", state: "failure" }] },
      {
        says: "ben approves, and the build succeeds",
        deeds: [
          { _tag: "Approve", head },
          { _tag: "Report", head, context: "build", state: "success" }
        ]
      },
      { says: "the new flag is merged", deeds: [{ _tag: "Merge", head }] }
    ]
  }
}

export const scenes: ReadonlyArray<Scene> = [billing, website, tools]
