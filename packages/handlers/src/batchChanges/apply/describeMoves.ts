/**
 * Says how two looks at a plan differ. Pure.
 */
import type { PreviewedChangeset } from "./Preview.ts"

/**
 * A line for every changeset of which something else is to be said now. Where nobody knows what was looked at, for every
 * one to which something would be done.
 */
export const describeMoves = (
  now: ReadonlyArray<PreviewedChangeset>,
  before?: ReadonlyArray<PreviewedChangeset>
): ReadonlyArray<string> => {
  if (before === undefined) return now.filter(isDone).map(describe)
  const digests = new Map(before.map(({ digest, key }) => [key, digest]))
  const keys = new Set(now.map(({ key }) => key))
  return [
    ...now.filter(({ digest, key }) => digests.get(key) !== digest).map(describe),
    ...before.filter(({ key }) => !keys.has(key)).map((each) => `${nameOf(each)}: is not there any more`)
  ]
}

const isDone = ({ fate, steps }: PreviewedChangeset): boolean =>
  steps.length > 0 || (fate !== "keep" && fate !== "leave")

const describe = (changeset: PreviewedChangeset): string => {
  const { fate, refusal, state, steps } = changeset
  const what = steps.length === 0 ? "nothing to do" : steps.map(({ operation }) => operation).join(", ")
  return `${nameOf(changeset)}: ${refusal ?? `${fate}${state === null ? "" : `, ${state}`}: ${what}`}`
}

const nameOf = ({ externalId, headRef, repository }: PreviewedChangeset): string =>
  `${repository} ${headRef === "" ? `#${externalId}` : headRef}`
