/**
 * Colours of a terminal.
 */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** @category models */
export type Tone = keyof typeof codes

/** Paints a text, or gives it as it is where there are no colours. Pure. */
export const paint = (colour: boolean, tone: Tone | undefined, text: string): string => {
  if (!colour || tone === undefined || text === "") return text
  const [on, off] = codes[tone]
  return `\u001B[${on}m${text}\u001B[${off}m`
}

const tones: Readonly<Record<string, Tone>> = {
  open: "green",
  merged: "cyan",
  closed: "red",
  clean: "green",
  unstable: "yellow",
  behind: "yellow",
  blocked: "yellow",
  dirty: "red",
  draft: "dim",
  unknown: "dim",
  approved: "green",
  changes_requested: "red",
  review_required: "yellow",
  success: "green",
  failure: "red",
  error: "red",
  pending: "yellow",
  expected: "dim",
  completed: "green",
  processing: "cyan",
  queued: "yellow",
  errored: "yellow",
  failed: "red",
  canceled: "dim",
  delivered: "green"
}

/** Words for states have the same colour wherever they stand. Undefined: none. */
export const toneOf = (state: string): Tone | undefined => tones[state]
