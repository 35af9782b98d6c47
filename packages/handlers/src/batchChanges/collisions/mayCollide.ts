/**
 * Finds the pairs of changes that can stand in each other's way, by the paths that they touch. Pure.
 *
 * Time is that of the paths and of the pairs that are found, not of all pairs that there are.
 */
import type { ChangedFile } from "@drover/git"

type Changed = Pick<ChangedFile, "path" | "previousPath" | "status">

/** Pairs of places in the list, the smaller first, in their order. */
export const mayCollide = (
  changes: ReadonlyArray<ReadonlyArray<Changed>>
): ReadonlyArray<readonly [one: number, other: number]> => {
  const places = new Map<string, Place>()
  const at = (path: string): Place => {
    const place = places.get(path) ?? { touched: new Set(), within: new Set(), added: new Set(), left: new Set() }
    places.set(path, place)
    return place
  }
  changes.forEach((files, index) => {
    for (const { path, previousPath, status } of files) {
      for (const each of previousPath === undefined ? [path] : [path, previousPath]) {
        at(each).touched.add(index)
        for (const folder of foldersOf(each)) at(folder).within.add(index)
      }
      if (status === "added" || status === "renamed") for (const folder of foldersOf(path)) at(folder).added.add(index)
      const left = previousPath === undefined ? undefined : folderLeft(previousPath, path)
      if (left !== undefined) at(left).left.add(index)
    }
  })
  const found = new Set<number>()
  const pair = (ones: ReadonlySet<number>, others: ReadonlySet<number>) => {
    for (const a of ones)
      for (const b of others) if (a !== b) found.add(Math.min(a, b) * changes.length + Math.max(a, b))
  }
  for (const { added, left, touched, within } of places.values()) {
    pair(touched, touched)
    // a file of the one is a folder of the other
    pair(touched, within)
    // git takes a new file along where the other renamed its folder
    pair(left, added)
  }
  return [...found]
    .toSorted((a, b) => a - b)
    .map((both) => [Math.floor(both / changes.length), both % changes.length] as const)
}

/** Which changes do what at a path. */
interface Place {
  readonly touched: Set<number>
  /** They touch something below it. */
  readonly within: Set<number>
  /** They add something below it. */
  readonly added: Set<number>
  /** They rename it, as far as one file tells. */
  readonly left: Set<number>
}

/** All that a path is in; the root is empty. */
const foldersOf = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.map((_, length) => parts.slice(0, length).join("/"))
}

/** Of `x/sub/f` that became `y/sub/f` it is `x`. Undefined: it is in the folder that it was in. */
const folderLeft = (from: string, to: string): string | undefined => {
  const [before, after] = [from.split("/").slice(0, -1), to.split("/").slice(0, -1)]
  while (before.length > 0 && after.length > 0 && before.at(-1) === after.at(-1)) {
    before.pop()
    after.pop()
  }
  return before.length === 0 && after.length === 0 ? undefined : before.join("/")
}
