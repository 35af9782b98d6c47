/** Random choices that a seed repeats. */
export const randomly = (seed: number) => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const upTo = (below: number) => Math.floor(next() * below)
  return {
    /** A whole number from 0, below this. */
    upTo,
    among: <A>(choices: ReadonlyArray<A>): A => choices[upTo(choices.length)]!
  }
}
