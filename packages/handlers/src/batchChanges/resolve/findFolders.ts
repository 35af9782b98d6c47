/**
 * The folders of a branch in which steps run.
 */
import { Git, type GitRunError, listTree, type ObjectNotFound, type RevisionNotFound } from "@drover/git"
import { Effect, Stream } from "effect"
import { matchesPattern } from "../../protection/matchPattern.ts"
import type { BatchSpec } from "../spec/BatchSpec.ts"
import { compare, type Findings } from "./Findings.ts"
import type { Branch } from "./resolveTips.ts"

export interface Folder {
  readonly path: string
  readonly onlyFetchWorkspace: boolean
}

/** Without a rule for it the whole repository is the one workspace; with one, each folder that has the file is. */
export const findFolders = Effect.fnUntraced(function* (
  { branch, repository, tip }: Branch,
  { workspaces = [] }: BatchSpec,
  findings: Findings
): Effect.fn.Return<ReadonlyArray<Folder>, GitRunError | RevisionNotFound | ObjectNotFound, Git> {
  const rules = workspaces.flatMap((rule, index) =>
    rule.in === undefined || matchesPattern(rule.in, repository.name) ? [{ rule, index }] : []
  )
  const [first, second] = rules
  if (first === undefined) return [{ path: "", onlyFetchWorkspace: false }]
  if (second !== undefined) {
    const message = `${repository.name} is one of workspaces[${first.index}] already: let \`in\` of only one of them match it`
    findings.problem("workspace", ["workspaces", second.index], message)
    return []
  }
  const { onlyFetchWorkspace = false, rootAtLocationOf: file } = first.rule
  const folders = yield* foldersWith(file, repository.path, tip)
  if (folders.length === 0) {
    const message = `${repository.name} has no file called ${file} on ${branch}`
    findings.skip({ repository: repository.name, branch, why: "no-workspace", message })
  }
  return folders.map((path) => ({ path, onlyFetchWorkspace: onlyFetchWorkspace && path !== "" }))
})

/** In the order of their names; empty: the root. A folder whose name is not UTF-8 cannot be named, and is left out. */
const foldersWith = (file: string, repository: string, commit: Branch["tip"]) =>
  listTree({ repository, commit }).pipe(
    Stream.filter(({ mode, path }) => mode !== SUBMODULE && (path === file || path.endsWith(`/${file}`))),
    Stream.map(({ path }) => path.slice(0, Math.max(0, path.length - file.length - 1))),
    Stream.filter((folder) => !folder.includes("\uFFFD")),
    Stream.runCollect,
    Effect.map((folders) => Array.from(folders).toSorted(compare))
  )

const SUBMODULE = "160000"
