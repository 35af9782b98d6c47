/**
 * Which files of a diff go to which branch. Pure.
 */
import { matchesPattern } from "../../protection/matchPattern.ts"
import type { BatchSpec } from "../spec/BatchSpec.ts"
import type { FileDiff } from "./diff/FileDiff.ts"

/** @category models */
export type Group = NonNullable<NonNullable<BatchSpec["transformChanges"]>["group"]>[number]

/** The groups that mean a repository. */
export const groupsFor = (spec: BatchSpec, repository: string): ReadonlyArray<Group> =>
  (spec.transformChanges?.group ?? []).filter(
    (group) => group.repository === undefined || matchesPattern(group.repository, repository)
  )

/**
 * By the number of the group, or -1 for files of none. Of groups that both have a file the last counts; a file that is
 * moved goes where it went. Every file is in one, and each keeps the order that they had.
 */
export const groupFiles = (
  files: ReadonlyArray<FileDiff>,
  groups: ReadonlyArray<Pick<Group, "directory">>
): ReadonlyMap<number, ReadonlyArray<FileDiff>> => {
  const folders = groups.map(({ directory }) => folderOf(directory))
  return Map.groupBy(files, ({ path }) => folders.findLastIndex((folder) => folder === "" || path.startsWith(folder)))
}

/** With a slash at its end; empty for the root. */
const folderOf = (directory: string): string => {
  const parts = directory.split("/").filter((part) => part !== "" && part !== ".")
  return parts.length === 0 ? "" : `${parts.join("/")}/`
}
