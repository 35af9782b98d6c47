/**
 * What is written in a query, as Postgres has it. Pure.
 */

/** A part of a text, for `like`. */
export const likePart = (text: string): string => `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`

/** A whole text with `*` and `?` in it, for `like`. */
export const likeGlob = (glob: string): string =>
  glob
    .replaceAll(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_")

/** A text, in a regular expression. */
export const regexText = (text: string): string => text.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&")

/**
 * A path, as a regular expression: `*` and `?` stay within a folder, `**` does not. One without a slash is the name of a
 * file in any folder.
 */
export const pathGlob = (glob: string): string => {
  const start = glob.includes("/") ? "^" : "(^|/)"
  const parts = glob.replace(/^\//, "").split(/(\*\*\/|\*+|\?)/)
  return `${start}${parts.map(globPart).join("")}$`
}

const globPart = (part: string): string => {
  if (part === "**/") return "(.*/)?"
  if (part === "*") return "[^/]*"
  if (part === "?") return "[^/]"
  return /^\*+$/.test(part) ? ".*" : regexText(part)
}

export const isGlob = (text: string): boolean => /[*?]/.test(text)

/** Newlines end a line for `^`, `$` and `.`. */
export const byLine = (regex: string): string => `(?n)${regex}`

/** Whether a trigram index narrows a search for this: it has the letters and digits that stand together. */
export const isIndexed = (text: string): boolean => /[\p{L}\p{N}]{3}/u.test(text)
