/**
 * Which branches the pattern of a protection means. Pure, and alone in its file: the hook that guards a repository
 * runs it too, with nothing around it.
 */

/** `*` stands for anything but a slash, `**` for anything, `?` for one character but a slash. All else is itself. */
export const matchesPattern = (pattern: string, branch: string): boolean => {
  const tokens = pattern.match(/\*+|[^]/gu) ?? []
  // every place in the pattern that what was read of the branch may have come to: no branch takes long to tell
  let places = skipStars(tokens, new Set([0]))
  for (const character of branch) {
    const next = new Set<number>()
    for (const place of places) {
      const token = tokens[place]
      if (token === undefined) continue
      if (token.startsWith("*")) {
        if (token.length > 1 || character !== "/") next.add(place)
      } else if (token === "?" ? character !== "/" : token === character) next.add(place + 1)
    }
    places = skipStars(tokens, next)
  }
  return places.has(tokens.length)
}

/** Stars also stand for nothing. */
const skipStars = (tokens: ReadonlyArray<string>, places: ReadonlySet<number>): ReadonlySet<number> => {
  const all = new Set(places)
  for (const place of all) if (tokens[place]?.startsWith("*") === true) all.add(place + 1)
  return all
}

/** The one of many protections that counts for a branch: its own name before patterns, then the oldest. */
export const pickProtection = <P extends { readonly id: number; readonly pattern: string }>(
  protections: ReadonlyArray<P>,
  branch: string
): P | undefined =>
  protections.find(({ pattern }) => pattern === branch) ??
  protections.filter(({ pattern }) => matchesPattern(pattern, branch)).toSorted((a, b) => a.id - b.id)[0]
