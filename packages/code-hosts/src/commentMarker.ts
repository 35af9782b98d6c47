/**
 * How a comment is known again on a host that makes a second one of a request that is sent twice: its last line says
 * so, where people do not see it. Pure.
 */
import { createHash } from "node:crypto"

/** A key may hold what would end an HTML comment. */
const markerOf = (key: string): string =>
  `<!-- drover:comment:${createHash("sha256").update(key).digest("hex").slice(0, 32)} -->`

/** @category comments */
export const withMarker = (body: string, key: string): string => `${body.trimEnd()}\n\n${markerOf(key)}`

/** A reply that quotes the comment has it within a line, or not at its end. @category comments */
export const hasMarker = (body: string, key: string): boolean =>
  body.trimEnd().split(/\r?\n/).at(-1)?.trim() === markerOf(key)
