/**
 * One text for one value, and its hash. Pure.
 */
import { createHash } from "node:crypto"

/** Keys in order; what is undefined is not there. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
  return `{${fields.join(",")}}`
}

/** SHA-256 in hex. */
export const digest = (value: unknown): string => createHash("sha256").update(canonical(value)).digest("hex")
