/**
 * What is to be recorded: the difference between where refs were recorded and where they are, and whose it is. Pure.
 */
import type { RefMove } from "./RefMove.ts"

type Refs = ReadonlyMap<string, string>

/** A move, and whether its teller made it. */
export interface PlannedMove extends RefMove {
  readonly own: boolean
}

/** All that moved since it was recorded, whoever moved it, in the order of the names. */
export const differences = (recorded: Refs, now: Refs): ReadonlyArray<RefMove> =>
  Array.from(new Set([...recorded.keys(), ...now.keys()]))
    .toSorted()
    .map((ref) => ({ ref, before: recorded.get(ref) ?? null, after: now.get(ref) ?? null }))
    .filter(({ after, before }) => after !== before)

/** `waiting`: another push, which its pusher has yet to tell, comes between what is recorded and what was told. */
export interface Plan {
  readonly moves: ReadonlyArray<PlannedMove>
  readonly waiting: boolean
}

/**
 * Of what was told, that which goes on from what is recorded. What was recorded already is told once: it is left out.
 * What else moved is left to its own teller, or to the sweep.
 *
 * With `last`, a gap is closed: somebody unknown made the move in front of the one that was told.
 */
export const planTold = (told: ReadonlyArray<RefMove>, recorded: Refs, now: Refs, last: boolean): Plan => {
  const moves: Array<PlannedMove> = []
  let waiting = false
  for (const move of told.toSorted((a, b) => (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0))) {
    const at = recorded.get(move.ref) ?? null
    const tip = now.get(move.ref) ?? null
    if (move.before === move.after || at === move.after) continue
    if (at === move.before) {
      moves.push({ ...move, own: true })
    } else if (at !== tip) {
      waiting ||= !last
      if (last && tip === move.after) {
        moves.push({ ref: move.ref, before: at, after: move.before, own: false }, { ...move, own: true })
      }
    }
  }
  return { moves, waiting }
}
