/**
 * What happens in the fleet while a batch change is on its way: people go on working, and one build breaks.
 */
import type { Deed } from "../scenario.ts"
import { CONFLICTING, CONTESTED, GUARDED, HELPED } from "./repositories.ts"

export interface Interference {
  readonly repository: string
  readonly says: string
  readonly deed: Deed
}

const push = (branch: string, message: string, files: Readonly<Record<string, string>>): Deed => ({
  _tag: "Push",
  move: { _tag: "Commit", commits: [{ branch, message, files }] }
})

const dockerfile = (image: string, name: string) =>
  `FROM ${image}\nWORKDIR /srv/${name}\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["node", "src/main.js"]\n`

/** Commits of a person to the branch that the batch change pushes to. */
export const commits = (branch: string): ReadonlyArray<Interference> => [
  {
    repository: HELPED,
    says: "ada commits to the batch change's branch: the code needs a word too",
    deed: push(branch, "Search a little further on Node 24", { "src/main.js": "export const hits = 25\n" })
  },
  {
    repository: CONTESTED,
    says: "ada wants another image on the batch change's branch",
    deed: push(branch, "Rather Node 22", { Dockerfile: dockerfile("node:22-alpine", "reports") })
  }
]

/** What a person does to the base, once the branch is there. */
export const collision: Interference = {
  repository: CONFLICTING,
  says: "ada moves main to Node 20 by herself",
  deed: push("main", "Run on Node 20", { Dockerfile: dockerfile("node:20-alpine", "orders") })
}

/** What the builds say of the batch change's branch. */
export const builds = (branch: string, repositories: ReadonlyArray<string>): ReadonlyArray<Interference> =>
  repositories.map((repository) => {
    const state = repository === GUARDED ? "failure" : "success"
    return {
      repository,
      says: `the build ${state === "failure" ? "fails" : "succeeds"}`,
      deed: { _tag: "Report", head: branch, context: "build", state }
    }
  })
