/**
 * What the reconciler can do to a changeset.
 *
 * - `push`: the commit, to the head branch.
 * - `publish`, `publishDraft`: make the pull request. `import`: take over one that somebody else made.
 * - `update`: title, body, base. `undraft`, `reopen`, `close`: what they say.
 * - `wait`: the host needs a moment to see a push; the changeset is requeued, nobody sleeps.
 * - `sync`: read the pull request as it is now.
 * - `detach`, `archive`, `reattach`: what a batch change has to do with the changeset. No host hears of it.
 */
export const operations = [
  "push",
  "detach",
  "archive",
  "reattach",
  "import",
  "publish",
  "publishDraft",
  "close",
  "reopen",
  "undraft",
  "update",
  "wait",
  "sync"
] as const

/** @category models */
export type Operation = (typeof operations)[number]

/** Of operations with different ones, the lower comes first; those with one keep the order of `operations`. */
const precedence: Readonly<Record<Operation, number>> = {
  push: 0,
  detach: 0,
  archive: 0,
  reattach: 0,
  import: 1,
  publish: 1,
  publishDraft: 1,
  close: 1,
  reopen: 2,
  undraft: 3,
  update: 4,
  wait: 5,
  sync: 6
}

/** An operation, and why it is one, for whoever looks at a preview. @category models */
export interface Step {
  readonly operation: Operation
  readonly why: string
}

/** Each operation once, in the order in which they are done. Pure. */
export const inOrder = (steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const first = new Map<Operation, Step>()
  for (const step of steps) if (!first.has(step.operation)) first.set(step.operation, step)
  const rank = ({ operation }: Step) => precedence[operation] * operations.length + operations.indexOf(operation)
  return [...first.values()].toSorted((a, b) => rank(a) - rank(b))
}
