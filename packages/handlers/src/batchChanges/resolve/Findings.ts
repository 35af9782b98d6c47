/**
 * What is found on the way: told all at once, at the end.
 */
import type { Path } from "../spec/Found.ts"
import { openText, printPath } from "../spec/locate.ts"
import type { ResolveProblem } from "./BatchSpecUnresolved.ts"
import type { SkippedRepository } from "./ResolvedSpec.ts"

interface Found {
  readonly kind: ResolveProblem["kind"]
  readonly path: Path
  readonly message: string
}

export class Findings {
  readonly #problems: Array<Found> = []
  readonly #skipped = new Map<string, SkippedRepository>()
  readonly #warnings = new Set<string>()

  problem(kind: Found["kind"], path: Path, message: string): void {
    this.#problems.push({ kind, path, message })
  }
  skip(skipped: SkippedRepository): void {
    this.#skipped.set(JSON.stringify([skipped.repository, skipped.branch, skipped.why]), skipped)
  }
  warn(message: string): void {
    this.#warnings.add(message)
  }

  /** In the order of their names. */
  get skipped(): ReadonlyArray<SkippedRepository> {
    return Array.from(this.#skipped.values()).toSorted((a, b) => compare(a.repository, b.repository))
  }
  get warnings(): ReadonlyArray<string> {
    return Array.from(this.#warnings)
  }
  /** In the order of the text, where there is one; else line and column are 0. */
  problems(source: string | undefined): ReadonlyArray<ResolveProblem> {
    const locate = source === undefined ? undefined : openText(source).locate
    return this.#problems
      .map(({ kind, message, path }) => ({
        kind,
        ...(locate?.({ path, message }) ?? { line: 0, column: 0, path: printPath(path), message })
      }))
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
  }
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
