import { isOid, type Oid } from "../Oid.ts"

/** A part of history in memory, as `rev-list --parents` tells it. */
export interface CommitGraph {
  /** How many commits it has. */
  readonly size: number
  /** What can be reached from these: how much of it is in the graph, and where it leaves the graph. */
  readonly reach: (from: Iterable<Oid>) => Reach
}

export interface Reach {
  readonly commits: number
  readonly mergeCommits: boolean
  /** Commits outside the graph that are a start, or a parent of what was reached. */
  readonly boundary: ReadonlyArray<Oid>
  /** Whether it comes past a commit of the graph. A walk after this one makes it forget. */
  readonly passes: (commit: Oid) => boolean
}

/** Commits are numbered, so that many walks over a long history stay cheap. */
export const commitGraph = (revList: string): CommitGraph => {
  const numbers = new Map<string, number>()
  const parents: Array<ReadonlyArray<string>> = []
  for (const line of revList.split("\n")) {
    const [commit, ...rest] = line.split(" ")
    if (commit === undefined || !isOid(commit)) continue
    numbers.set(commit, parents.length)
    parents.push(rest)
  }
  const edges = parents.map((names) => names.map((name) => numbers.get(name) ?? (name as Oid)))
  const walked = new Int32Array(parents.length)
  let walk = 0
  const reach = (from: Iterable<Oid>): Reach => {
    walk += 1
    const own = walk
    const boundary = new Set<Oid>()
    const open: Array<number> = []
    const meet = (next: number | Oid) => {
      if (typeof next === "string") boundary.add(next)
      else if (walked[next] !== own) {
        walked[next] = own
        open.push(next)
      }
    }
    for (const start of from) meet(numbers.get(start) ?? start)
    let commits = 0
    let mergeCommits = false
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      commits += 1
      const next = edges[at] ?? []
      if (next.length > 1) mergeCommits = true
      next.forEach(meet)
    }
    const passes = (commit: Oid) => walked[numbers.get(commit) ?? -1] === own
    return { commits, mergeCommits, boundary: Array.from(boundary), passes }
  }
  return { size: parents.length, reach }
}
