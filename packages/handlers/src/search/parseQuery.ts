/**
 * Reads a query, and refuses one that could only be answered by reading everything. Pure.
 */
import { Result } from "effect"
import { endingsOf, languages } from "./languages.ts"
import { isGlob, isIndexed } from "./patterns.ts"
import { scanQuery, type Word } from "./scanQuery.ts"
import { QueryRejected } from "./SearchError.ts"
import type { Filter, Place, SearchQuery, Term } from "./SearchQuery.ts"

/** The longest query, in UTF-16 units. */
const MAX_LENGTH = 1000
/** The most terms and filters. */
const MAX_WORDS = 20

export const parseQuery = (text: string): Result.Result<SearchQuery, QueryRejected> => {
  const reject = ({ at, length }: Place, reason: string) =>
    Result.fail(new QueryRejected({ query: text, at, length, reason }))
  const end = { at: text.length, length: 0 }
  if (text.length > MAX_LENGTH) return reject(end, `is longer than ${MAX_LENGTH} characters: make it shorter`)
  const zero = text.indexOf("\0")
  if (zero !== -1) return reject({ at: zero, length: 1 }, "is a NUL, which no text has: leave it out")
  return Result.gen(function* () {
    const words = yield* scanQuery(text)
    if (words.length > MAX_WORDS) yield* reject(words[MAX_WORDS]!, `is one word too many: use at most ${MAX_WORDS}`)
    const terms: Array<Term> = []
    const filters: Array<Filter> = []
    let caseSensitive = false
    for (const word of words) {
      const { filter, value } = word
      if (filter !== undefined && value === "") yield* reject(word, `wants something behind ${filter}:`)
      if (filter === "case") {
        if (!/^(yes|no)$/i.test(value) || word.negated) yield* reject(word, "is neither case:yes nor case:no")
        caseSensitive = value.toLowerCase() === "yes"
      } else if (filter === undefined) terms.push(yield* toTerm(text, word))
      else filters.push(yield* toFilter(text, word))
    }
    const query = { text, terms, filters, caseSensitive }
    yield* requireNarrow(query)
    return query
  })
}

const toTerm = (query: string, word: Word): Result.Result<Term, QueryRejected> => {
  const { at, how, length } = word
  // a lone minus
  const lone = word.negated && word.value === "" && how === "plain"
  const value = lone ? "-" : word.value
  const negated = word.negated && !lone
  if (value === "")
    return Result.fail(new QueryRejected({ query, at, length, reason: "is empty: say what to search for" }))
  const wrong = how === "regex" ? refusedInRegex(value) : undefined
  if (wrong !== undefined) return Result.fail(new QueryRejected({ query, at, length, reason: wrong }))
  return Result.succeed({ at, length, kind: how === "regex" ? "regex" : "text", value, negated })
}

/** What Postgres knows and we do not pass on. */
const refusedInRegex = (regex: string): string | undefined => {
  if (/^(\*\*\*|\(\?[a-z])/.test(regex)) return "begins with options: use case:yes, and leave the others out"
  if (/(?<!\\)(\\\\)*\\[1-9]/.test(regex)) return "refers back to a group, which is not supported: write it out"
  return undefined
}

const toFilter = (query: string, word: Word): Result.Result<Filter, QueryRejected> => {
  const { at, filter, how, length, negated, value } = word
  const reject = (reason: string) => Result.fail(new QueryRejected({ query, at, length, reason }))
  const of = (kind: Filter["kind"], values: ReadonlyArray<string>, as: Filter["how"]) =>
    Result.succeed({ at, length, negated, kind, values, how: as })
  const glob = how === "plain" && isGlob(value) ? "glob" : "text"
  if (filter === "path") {
    const wrong = how === "regex" ? refusedInRegex(value) : undefined
    return wrong === undefined ? of("path", [value], how === "regex" ? "regex" : glob) : reject(wrong)
  }
  if (how === "regex") return reject("takes no regular expression: use a name, or * and ? in it")
  if (filter === "repo") return of("repo", [value], glob)
  if (filter === "ext") return of("ext", [value.replace(/^\./, "")], "text")
  const endings = endingsOf(value)
  return endings === undefined
    ? reject(`is no language that is known: use one of ${Object.keys(languages).join(", ")}, or ext:`)
    : of("ext", endings, "text")
}

/** Something must narrow the search before files are read: an index, or the files of a repository or a folder. */
const requireNarrow = ({ filters, terms, text }: SearchQuery): Result.Result<void, QueryRejected> => {
  const wanted = terms.filter(({ negated }) => !negated)
  const narrows =
    wanted.some(({ kind, value }) => kind === "regex" || isIndexed(value)) ||
    filters.some(({ kind, negated }) => !negated && kind !== "ext")
  if (narrows) return Result.void
  const [first] = wanted
  return Result.fail(
    first === undefined
      ? new QueryRejected({
          query: text,
          at: 0,
          length: 0,
          reason: "says nothing to search for: add a word, repo: or path:"
        })
      : new QueryRejected({
          query: text,
          at: first.at,
          length: first.length,
          reason:
            "is too short to be found by an index: use three letters or digits in a row, or narrow it with repo: or path:"
        })
  )
}
