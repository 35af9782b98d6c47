/**
 * Which names repositories may have: `owner/name`, and safe as a path and in an address. Pure.
 */

/** The rule that a name breaks; undefined where it is a good one. */
export const brokenNameRule = (name: string): string | undefined => {
  const parts = name.split("/")
  if (parts.length !== 2) return "must be owner/name, for example acme/billing"
  if (!parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(part))) {
    return "must have 1 to 100 letters, digits, dots, dashes and underscores on each side of the slash, and begin with no dot or dash"
  }
  if (/\.git$/i.test(name)) return "must not end in .git: addresses may have it added"
  if (parts.some((part) => part.endsWith(".") || part.toLowerCase().endsWith(".lock"))) {
    return "must not have a side that ends in a dot or in .lock"
  }
  return undefined
}
