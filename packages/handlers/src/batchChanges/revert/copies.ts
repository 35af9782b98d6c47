/**
 * Finds the commits of a pull request that a rebase wrote anew. Pure.
 */
import type { Commit } from "@drover/git"
import { DateTime } from "effect"

type Said = Pick<Commit, "author" | "message">

/** A rebase keeps what a commit says, who wrote it and when, and leaves out what the base has already. */
const isCopy = (one: Said, other: Said): boolean =>
  one.message.trimEnd() === other.message.trimEnd() &&
  one.author.name === other.author.name &&
  one.author.email === other.author.email &&
  DateTime.toEpochMillis(one.author.at) === DateTime.toEpochMillis(other.author.at)

/** Gives the originals before the one that it is a copy of, of those that are given in their order; undefined: it is none. */
export const originalsBefore = <Original extends Said>(
  commit: Said,
  originals: ReadonlyArray<Original>
): ReadonlyArray<Original> | undefined => {
  const at = originals.findLastIndex((original) => isCopy(commit, original))
  return at === -1 ? undefined : originals.slice(0, at)
}
