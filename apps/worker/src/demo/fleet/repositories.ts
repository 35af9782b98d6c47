/**
 * A fleet of services that all build on Node 18: what a batch change is for.
 */
import type { Scene } from "../scenario.ts"

const dockerfile = (name: string) =>
  `FROM node:18-alpine\nWORKDIR /srv/${name}\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "src/main.js"]\n`

const manifest = (name: string) =>
  `${JSON.stringify({ name: `@fleet/${name}`, private: true, type: "module", engines: { node: ">=18" } }, null, 2)}\n`

const service = (name: string, code: string): Scene => ({
  name: `fleet/${name}`,
  commits: [
    {
      branch: "main",
      message: "Start",
      files: {
        "README.md": `# ${name}\n`,
        "CHANGELOG.md": "# Changes\n\n- Starts.\n",
        Dockerfile: dockerfile(name),
        "package.json": manifest(name),
        ".ci/build.yml": "node: 18\nsteps: [install, test]\n",
        "src/main.js": `${code}\n`
      }
    }
  ],
  pulls: [],
  happenings: () => []
})

/** Nothing lands on its main branch that was not built. */
export const GUARDED = "fleet/payments"

/** Somebody else changes the same lines of its main branch. */
export const CONFLICTING = "fleet/orders"

/** Somebody commits on top of what the batch change proposes. */
export const HELPED = "fleet/search"

/** Somebody rewrites, on that branch, what the batch change wrote. */
export const CONTESTED = "fleet/reports"

export const fleet: ReadonlyArray<Scene> = [
  service("accounts", 'export const roles = ["reader", "writer"]'),
  service("catalog", "export const pageSize = 50"),
  service("gateway", "export const port = 8080"),
  service("inventory", "export const recountEveryHours = 24"),
  service("mailer", 'export const from = "post@example.invalid"'),
  service("orders", "export const maxLines = 500"),
  {
    ...service("payments", 'export const currency = "EUR"'),
    protection: { requiredApprovals: 0, requiredChecks: ["build"] }
  },
  service("reports", "export const keepDays = 90"),
  service("search", "export const hits = 20"),
  service("sessions", "export const hours = 12"),
  service("shipping", 'export const carriers = ["post"]'),
  service("stock", "export const reserveMinutes = 15")
]
