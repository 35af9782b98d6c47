/**
 * The branches that `on` of a spec means.
 */
import type { Database, DatabaseError } from "@drover/core"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { repositoriesWith } from "../../search/repositoriesWith.ts"
import type { BatchSpec, On } from "../spec/BatchSpec.ts"
import type { Path } from "../spec/Found.ts"
import type { Candidate } from "./Candidate.ts"
import type { Findings } from "./Findings.ts"
import { isOpen, type Visible } from "./Visible.ts"

export const findCandidates = Effect.fnUntraced(function* (
  spec: BatchSpec,
  visible: Visible,
  actorId: ActorId,
  findings: Findings
): Effect.fn.Return<ReadonlyArray<Candidate>, DatabaseError, Database> {
  const found = yield* Effect.forEach(spec.on ?? [], (on, index) =>
    "repositoriesMatchingQuery" in on
      ? findMatching(
          on.repositoriesMatchingQuery,
          ["on", index, "repositoriesMatchingQuery"],
          visible,
          actorId,
          findings
        )
      : Effect.sync(() => findNamed(on, ["on", index], visible, findings))
  )
  return found.flat()
})

const findMatching = Effect.fnUntraced(function* (
  query: string,
  path: Path,
  visible: Visible,
  actorId: ActorId,
  findings: Findings
) {
  const { found, incomplete } = yield* repositoriesWith(query, actorId).pipe(
    Effect.catchTags({
      QueryRejected: ({ message }) => reject(message),
      SearchTooSlow: ({ message }) => reject(message)
    })
  )
  function reject(message: string) {
    findings.problem("query", path, message)
    return Effect.succeed({ found: [], incomplete: [] })
  }
  for (const { reason, repository } of incomplete) {
    const known = visible.byName.get(repository)
    if (known?.archivedAt === null && known.deletedAt === null) {
      findings.warn(`The search may have missed ${repository}: ${reason}`)
    }
  }
  return found.flatMap(({ paths, repositoryId }): ReadonlyArray<Candidate> => {
    const repository = visible.byId.get(repositoryId)
    if (repository === undefined || !isOpen(repository, findings)) return []
    return [{ repository, branch: repository.defaultBranch, searchResultPaths: paths, named: false, path }]
  })
})

type OnRepository = Exclude<On, { readonly repositoriesMatchingQuery: string }>

const findNamed = (
  { branch, branches, repository: name }: OnRepository,
  path: Path,
  visible: Visible,
  findings: Findings
): ReadonlyArray<Candidate> => {
  const named = !/[*?]/.test(name)
  const found = named ? [visible.byName.get(name)].filter((one) => one !== undefined) : visible.matching(name)
  if (found.length === 0) {
    findings.problem("repository", [...path, "repository"], named ? noSuchRepository(name) : noMatch(name))
  }
  const wanted = branches ?? (branch === undefined ? undefined : [branch])
  const placeOf = (index: number): Path =>
    branches === undefined ? [...path, branch === undefined ? "repository" : "branch"] : [...path, "branches", index]
  return found
    .filter((repository) => isOpen(repository, findings))
    .flatMap((repository) =>
      (wanted ?? [repository.defaultBranch]).map((one, index) => ({
        repository,
        branch: one,
        searchResultPaths: [],
        named,
        path: placeOf(index)
      }))
    )
}

export const noSuchRepository = (name: string): string =>
  `there is no repository ${JSON.stringify(name)}, or none that you may read: check the name`

const noMatch = (glob: string): string =>
  `no repository that you may read is called like ${JSON.stringify(glob)}: check it. \`*\` stands for anything but a slash`
