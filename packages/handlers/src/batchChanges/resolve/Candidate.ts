/**
 * A branch that a spec means, before anybody looked whether it is there. Pure.
 */
import { compare } from "./Findings.ts"
import type { Path } from "../spec/Found.ts"
import type { Repository } from "../../repositories/findRepository.ts"

export interface Candidate {
  readonly repository: Repository
  readonly branch: string
  /** In order. */
  readonly searchResultPaths: ReadonlyArray<string>
  /** The spec names it: it has to be there. False: a glob or a query means it. */
  readonly named: boolean
  /** Where in the spec. */
  readonly path: Path
}

/**
 * One of each branch of each repository: what is said later counts, but that every search that found the repository
 * tells where.
 */
export const mergeCandidates = (candidates: ReadonlyArray<Candidate>): ReadonlyArray<Candidate> => {
  const merged = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const key = `${candidate.repository.id} ${candidate.branch}`
    const before = merged.get(key)?.searchResultPaths ?? []
    const paths = new Set([...before, ...candidate.searchResultPaths])
    merged.set(key, { ...candidate, searchResultPaths: Array.from(paths).toSorted(compare).slice(0, PATHS) })
  }
  return Array.from(merged.values())
}

const PATHS = 1000
