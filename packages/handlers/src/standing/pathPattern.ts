/**
 * Patterns of CODEOWNERS: those of gitignore, save that `docs/*` does not reach into folders of `docs`.
 *
 * No regular expression is made of them: whoever may write to the base could have one that takes for ever. This takes
 * time that grows with the lengths of pattern and path, multiplied.
 */

/** Tells whether a pattern matches a path. @category models */
export type PathPattern = (path: string) => boolean

/** Gives undefined for what is no pattern here: `!negated`, `[ranges]`, `***`, and nothing at all. */
export const pathPattern = (source: string): PathPattern | undefined => {
  if (/^!|(?<!\\)[[\]]|\*\*\*|^\/?$/.test(source)) return undefined
  const parts = source.split("/")
  const folder = parts.at(-1) === ""
  if (folder) parts.pop()
  // a slash anywhere but at the end ties it to the root
  const anchored = parts.length > 1
  if (parts[0] === "") parts.shift()
  const segments = anchored ? parts : ["**", ...parts]
  const last = segments.at(-1)
  // what names a folder means all that is in it
  const reach = folder || last === "**" ? "below" : last === "*" && anchored ? "itself" : "itself or below"
  const own = last === "**" ? segments.slice(0, -1) : segments
  return (path) => matches(own, path.split("/"), reach)
}

type Reach = "itself" | "below" | "itself or below"

/** Which lengths of the path the segments so far can match, segment after segment. */
const matches = (segments: ReadonlyArray<string>, names: ReadonlyArray<string>, reach: Reach): boolean => {
  let reached = new Set([0])
  for (const segment of segments) {
    const next = new Set<number>()
    if (segment === "**") {
      const least = Math.min(...reached)
      for (let length = least; length < names.length; length++) next.add(length)
    } else {
      for (const length of reached) {
        const name = names[length]
        if (name !== undefined && matchesName(segment, name)) next.add(length + 1)
      }
    }
    if (next.size === 0) return false
    reached = next
  }
  const whole = reached.has(names.length)
  const part = [...reached].some((length) => length < names.length)
  return (whole && reach !== "below") || (part && reach !== "itself")
}

/** `*`: any number of characters, `?`: one, `\`: the next as it is. Goes back to the last star only, which is enough. */
const matchesName = (segment: string, name: string): boolean => {
  const tokens = segment.match(/\\.|[^]/gu) ?? []
  const characters = Array.from(name)
  let [token, at, star, starAt] = [0, 0, -1, 0]
  while (at < characters.length) {
    const wanted = tokens[token]
    if (wanted === "*") {
      star = token++
      starAt = at
    } else if (wanted !== undefined && (wanted === "?" || wanted.replace(/^\\(?=[^])/u, "") === characters[at])) {
      token++
      at++
    } else if (star >= 0) {
      token = star + 1
      at = ++starAt
    } else return false
  }
  return tokens.slice(token).every((rest) => rest === "*")
}
