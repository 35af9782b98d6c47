/**
 * Text as Postgres can keep it: a NUL, and half of a surrogate pair, become U+FFFD.
 *
 * The alternative is an error, and a handler whose output holds a NUL could
 * then neither be logged nor be marked.
 */
export const storable = (text: string): string => text.replaceAll("\u0000", "\uFFFD").toWellFormed()

/** A value as JSON text whose strings are `storable`. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "string" ? storable(part) : part))
