/**
 * Paths as git writes them in the headers of a diff. Pure.
 */

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92
}

/** A path up to the end of the text, in quotes or without. A tab ends one that has spaces in it. Undefined: it is none. */
export const readPath = (text: Buffer): string | undefined => {
  if (text[0] !== QUOTE) return text.toString("utf8").replace(/\t.*$/su, "")
  return readQuoted(text)?.path
}

const QUOTE = 34
const BACKSLASH = 92

const readQuoted = (text: Buffer): { readonly path: string; readonly rest: Buffer } | undefined => {
  const bytes: Array<number> = []
  for (let at = 1; at < text.length; at++) {
    const byte = text[at]!
    if (byte === QUOTE) return { path: Buffer.from(bytes).toString("utf8"), rest: text.subarray(at + 1) }
    if (byte !== BACKSLASH) {
      bytes.push(byte)
      continue
    }
    const octal = /^[0-3][0-7]{2}/u.exec(text.toString("latin1", at + 1, at + 4))
    const escaped = octal === null ? escapes[String.fromCharCode(text[at + 1] ?? 0)] : Number.parseInt(octal[0], 8)
    if (escaped === undefined) return undefined
    bytes.push(escaped)
    at += octal === null ? 1 : 3
  }
  return undefined
}

/** The path after `a/` or `b/`. Undefined: it has no such prefix. */
export const withoutPrefix = (path: string | undefined): string | undefined =>
  path === undefined || !/^[ab]\/./su.test(path) ? undefined : path.slice(2)

/** `a/x b/x`, as it stands behind `diff --git`: all that there is of a file whose mode alone changes, or that is empty. */
export const readTwin = (text: Buffer): string | undefined => {
  if (text[0] === QUOTE) return withoutPrefix(readQuoted(text)?.path)
  // the two are one path, whatever spaces it has
  const length = (text.length - 5) / 2
  const one = text.subarray(2, 2 + length)
  const two = text.subarray(text.length - length)
  const middle = text.toString("latin1", 2 + length, 5 + length)
  return Number.isInteger(length) && length > 0 && middle === " b/" && one.equals(two)
    ? one.toString("utf8")
    : undefined
}
