/** A value as jsonb takes it: no NUL, no half of a surrogate pair, no infinite number. Pure. */
export const jsonSafe = (value: unknown): unknown => {
  if (typeof value === "string") return safeText(value)
  if (typeof value === "number") return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(jsonSafe)
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [safeText(key), jsonSafe(inner)]))
  }
  // whole numbers that are too large for others
  if (typeof value === "bigint") return value.toString()
  return typeof value === "boolean" ? value : null
}

export const safeText = (text: string): string => text.toWellFormed().replaceAll("\u0000", "\uFFFD")
