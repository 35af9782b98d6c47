/**
 * A line that matches, cut to what can be shown. Pure.
 */

/** @category models */
export interface LineMatch {
  /** From 1. */
  readonly number: number
  /** At most 250 UTF-16 units of it, around the first match. */
  readonly text: string
  /** Where the matches are in `text`, in UTF-16 units; of a match that is cut, what is left. */
  readonly ranges: ReadonlyArray<{ readonly from: number; readonly to: number }>
  readonly cutBefore: boolean
  readonly cutAfter: boolean
}

/** A line as Postgres takes it apart. */
export interface LineParts {
  readonly number: number
  /** What is before the first match; the end of it. */
  readonly before: string
  /** Whether `before` is not all. */
  readonly beforeCut: boolean
  /** The matches, each at most so long that it fills a line. */
  readonly matches: ReadonlyArray<string>
  /** What is behind each match, likewise. */
  readonly between: ReadonlyArray<string>
}

/** Of a line's text, in UTF-16 units. */
export const LINE_LENGTH = 250
/** Of what is before the first match, when not all fits. */
const CONTEXT = 60

export const toLineMatch = ({ before, beforeCut, between, matches, number }: LineParts): LineMatch => {
  const [first] = matches
  const fits = !beforeCut && (first === undefined || before.length + first.length <= LINE_LENGTH)
  const kept = fits ? before : startAt(before, before.length - CONTEXT)
  let text = kept
  const ranges: Array<{ from: number; to: number }> = []
  matches.forEach((match, index) => {
    const from = text.length
    text += match
    if (from < LINE_LENGTH && match !== "") ranges.push({ from, to: text.length })
    text += between[index] ?? ""
  })
  const shown = text.slice(0, endAt(text, LINE_LENGTH))
  return {
    number,
    text: shown,
    ranges: ranges
      .map(({ from, to }) => ({ from, to: Math.min(to, shown.length) }))
      .filter(({ from, to }) => from < to),
    cutBefore: beforeCut || kept.length < before.length,
    cutAfter: shown.length < text.length
  }
}

/** Not in the middle of a character. */
const endAt = (text: string, at: number): number => (isLow(text, at) ? at - 1 : at)
const startAt = (text: string, at: number): string => text.slice(Math.max(0, isLow(text, at) ? at + 1 : at))
const isLow = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? "")
