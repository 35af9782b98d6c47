/**
 * How a comment is known again on a host that makes a second one of a request that is sent twice: its last line says
 * so, where people do not see it. Pure.
 */
import { createHash } from "node:crypto"

/** What hides it: a comment of HTML, or a link's definition, where HTML is shown as it is written. @category comments */
export type MarkerKind = "html" | "link"

/** A key may hold what would end a comment. */
const markerOf = (key: string, kind: MarkerKind): string => {
  const mark = `drover:comment:${createHash("sha256").update(key).digest("hex").slice(0, 32)}`
  return kind === "html" ? `<!-- ${mark} -->` : `[${mark}]: #`
}

/** @category comments */
export const withMarker = (body: string, key: string, kind: MarkerKind = "html"): string =>
  `${body.trimEnd()}\n\n${markerOf(key, kind)}`

/** A reply that quotes the comment has it within a line, or not at its end. @category comments */
export const hasMarker = (body: string, key: string, kind: MarkerKind = "html"): boolean =>
  body.trimEnd().split(/\r?\n/).at(-1)?.trim() === markerOf(key, kind)
