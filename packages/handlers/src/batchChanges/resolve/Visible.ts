/**
 * The repositories that the author of a spec may read, archived and deleted ones among them.
 */
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { matchesPattern } from "../../protection/matchPattern.ts"
import { listRepositories, type Repository } from "../../repositories/findRepository.ts"
import type { Findings } from "./Findings.ts"

export interface Visible {
  readonly byName: ReadonlyMap<string, Repository>
  readonly byId: ReadonlyMap<number, Repository>
  readonly matching: (glob: string) => ReadonlyArray<Repository>
}

export const readVisible = Effect.fnUntraced(function* (actorId: ActorId) {
  const all = yield* listRepositories(actorId)
  return {
    byName: new Map(all.map((repository) => [repository.name, repository])),
    byId: new Map(all.map((repository) => [repository.id, repository])),
    matching: (glob) => all.filter(({ name }) => matchesPattern(glob, name))
  } satisfies Visible
})

/** Whether it takes changes; one that does not is told of. */
export const isOpen = ({ archivedAt, deletedAt, name }: Repository, findings: Findings): boolean => {
  const why = deletedAt !== null ? "deleted" : archivedAt !== null ? "archived" : undefined
  if (why === undefined) return true
  findings.skip({ repository: name, why, message: `${name} is ${why}: it takes no changes` })
  return false
}
