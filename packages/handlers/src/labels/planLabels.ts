/**
 * What becomes of the labels of a pull request. Pure.
 *
 * Labels that differ in case alone are one label, as it was written first.
 */

/** As many as GitHub takes. */
const MOST = 100
const LONGEST = 100

export interface LabelPlan {
  readonly added: ReadonlyArray<string>
  readonly removed: ReadonlyArray<string>
}

/** What is added and removed in one go is added. */
export const planLabels = (
  present: ReadonlyArray<string>,
  { add, remove }: { readonly add: ReadonlyArray<string>; readonly remove: ReadonlyArray<string> }
): LabelPlan => {
  const has = (labels: ReadonlyArray<string>, label: string) => labels.some((other) => key(other) === key(label))
  return {
    added: add.filter((label, index) => !has(present, label) && !has(add.slice(0, index), label)),
    removed: present.filter((label) => has(remove, label) && !has(add, label))
  }
}

/** The rule that a label breaks; undefined where it breaks none. */
export const brokenRule = (label: string): string | undefined => {
  if (label.trim() === "") return "must not be blank"
  if (label.trim() !== label) return "must not begin or end with a space"
  if (/\p{Cc}/u.test(label) || !label.isWellFormed()) return "must be one line without control characters"
  return label.length > LONGEST ? `must have at most ${LONGEST} characters` : undefined
}

/** The rule that their number breaks. */
export const tooMany = (count: number): string | undefined =>
  count > MOST ? `is one too many: a pull request has at most ${MOST}` : undefined

const key = (label: string): string => label.toLowerCase()
