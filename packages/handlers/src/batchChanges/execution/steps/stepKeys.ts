/**
 * The keys of the step cache: SHA-256 over all that the result of a step depends on. Pure.
 */
import { createHash } from "node:crypto"
import type { RenderedStep } from "./renderStep.ts"

/** Counted up when a step means something else than before. */
const VERSION = 1

/** What the first step finds. The commit and not its tree: steps see the history. */
export const baseKey = (base: {
  readonly baseSha: string
  readonly branch: string
  readonly path: string
  readonly onlyFetchWorkspace: boolean
}): string => hash([VERSION, base.baseSha, base.branch, base.path, base.onlyFetchWorkspace && base.path !== ""])

/** Of a step after those that have the key `before`. Its outputs are read anew from what it wrote, so they do not count. */
export const stepKey = (before: string, { env, files, run }: RenderedStep): string =>
  hash([before, run, sorted(env), sorted(files)])

const hash = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex")

const sorted = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
