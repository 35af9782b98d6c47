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

/** A push that happens later. `merge` brings another branch in; `force` throws the branch's own commits away first. */
export type Push =
  | { readonly _tag: "Commit"; readonly says: string; readonly commit: Commit }
  | { readonly _tag: "Force"; readonly says: string; readonly to: string; readonly commit: Commit }
  | { readonly _tag: "Merge"; readonly says: string; readonly branch: string; readonly other: string }

export interface Scene {
  readonly name: string
  readonly commits: ReadonlyArray<Commit>
  readonly pulls: ReadonlyArray<Pull>
  /** In turn, over and over. `round` makes each one new. */
  readonly pushes: (round: number) => ReadonlyArray<Push>
}

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
  pushes: (round) => [
    {
      _tag: "Commit",
      says: "main moves on",
      commit: { branch: "main", message: `Note ${round}`, files: { "NOTES.md": `Round ${round}\n` } }
    },
    { _tag: "Merge", says: "invoices catches up with main", branch: "invoices", other: "main" }
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
  pushes: (round) => [
    {
      _tag: "Commit",
      says: "main renames the site as well",
      commit: { branch: "main", message: "Rename", files: { "index.html": page(`Acme ${round}`) } }
    },
    {
      _tag: "Force",
      says: "navigation is force-pushed onto main",
      to: "main",
      commit: { branch: "navigation", message: "Rename again", files: { "index.html": page(`Acme Inc. ${round}`) } }
    }
  ]
}

const tools: Scene = {
  name: "acme/tools",
  commits: [
    { branch: "main", message: "Start", files: { "bin/run": { content: "#!/bin/sh\n", mode: "100755" } } },
    {
      branch: "flags",
      from: "main",
      message: "Take flags",
      files: { "bin/run": { content: "#!/bin/sh\nset -u\n", mode: "100755" } }
    }
  ],
  pulls: [{ title: "Take flags", head: "flags" }],
  pushes: (round) => [
    {
      _tag: "Commit",
      says: "flags grows",
      commit: { branch: "flags", message: `Flag ${round}`, files: { [`flags/${round}.md`]: `Flag ${round}\n` } }
    }
  ]
}

export const scenes: ReadonlyArray<Scene> = [billing, website, tools]
