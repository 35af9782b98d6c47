/**
 * Asks Postgres whether it can read the regular expressions of a query.
 */
import { Database, StatementRejected } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { byLine } from "./patterns.ts"
import { QueryRejected } from "./SearchError.ts"
import type { SearchQuery } from "./SearchQuery.ts"

const INVALID_REGULAR_EXPRESSION = "2201B"

/** Fails with `QueryRejected`, naming the first that it cannot. */
export const checkRegexes = Effect.fnUntraced(function* ({ filters, terms, text }: SearchQuery) {
  const { run, transaction } = yield* Database
  const regexes = [
    ...terms.filter(({ kind }) => kind === "regex"),
    ...filters.filter(({ how }) => how === "regex").map((filter) => ({ ...filter, value: filter.values[0] ?? "" }))
  ]
  for (const { at, length, value } of regexes) {
    // a transaction of its own, so that the caller's goes on
    yield* transaction(run((db) => db.execute(sql`select '' ~ ${byLine(value)}::text`))).pipe(
      Effect.catchIf(
        (error): error is StatementRejected =>
          error instanceof StatementRejected && error.code === INVALID_REGULAR_EXPRESSION,
        ({ reason }) =>
          Effect.fail(new QueryRejected({ query: text, at, length, reason: `is refused by Postgres: ${reason}` }))
      )
    )
  }
})
