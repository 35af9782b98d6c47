/**
 * Takes a query apart into words. Pure.
 *
 * A word is `text`, `"quoted text"` or `/a regular expression/`, with `-` before it where it is excluded, and `name:`
 * where it is a filter. In quotes `\"` and `\\` stand for the quote and the backslash; between slashes `\/` for the slash.
 */
import { Result } from "effect"
import { QueryRejected } from "./SearchError.ts"
import type { Place } from "./SearchQuery.ts"

export interface Word extends Place {
  readonly negated: boolean
  /** In lower case; undefined for a term. */
  readonly filter: string | undefined
  readonly how: "plain" | "quoted" | "regex"
  readonly value: string
}

/** What a word may begin with before its colon; others are text: `std::vector`, `http://x`. */
export const filterNames = ["repo", "path", "lang", "ext", "case"] as const

const head = new RegExp(`(-?)(?:(${filterNames.join("|")}):)?`, "iy")
const bodies = [
  ["quoted", /"((?:[^"\\]|\\.)*)"(?=\s|$)/sy],
  // the slash that ends one ends the word: /usr/bin is none
  ["regex", /\/((?:[^\\]|\\.)+?)\/(?=\s|$)/sy],
  ["plain", /\S*/y]
] as const

export const scanQuery = (query: string): Result.Result<ReadonlyArray<Word>, QueryRejected> => {
  const words: Array<Word> = []
  let at = skipSpace(query, 0)
  while (at < query.length) {
    const word = scanWord(query, at)
    if (word.how === "plain" && word.value.startsWith('"')) {
      const { at: place, length } = word
      return Result.fail(
        new QueryRejected({
          query,
          at: place,
          length,
          reason: 'has a quote that is not closed: end it with " and a space'
        })
      )
    }
    words.push(word)
    at = skipSpace(query, at + word.length)
  }
  return Result.succeed(words)
}

const skipSpace = (query: string, from: number): number => {
  let at = from
  while (at < query.length && /\s/.test(query[at]!)) at++
  return at
}

const scanWord = (query: string, at: number): Word => {
  head.lastIndex = at
  const [start = "", minus = "", filter] = head.exec(query) ?? []
  const from = at + start.length
  for (const [how, pattern] of bodies) {
    pattern.lastIndex = from
    const found = pattern.exec(query)
    if (found === null) continue
    const value = how === "plain" ? found[0] : unescape(how, found[1] ?? "")
    const length = start.length + found[0].length
    return { at, length, negated: minus !== "", filter: filter?.toLowerCase(), how, value }
  }
  return { at, length: start.length, negated: minus !== "", filter: filter?.toLowerCase(), how: "plain", value: "" }
}

const unescape = (how: "quoted" | "regex", text: string): string =>
  how === "quoted" ? text.replaceAll(/\\(["\\])/g, "$1") : text.replaceAll("\\/", "/")
