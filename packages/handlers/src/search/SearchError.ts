/**
 * Why a search gives no results.
 */
import { Schema } from "effect"

/**
 * The query says something that cannot be searched for. `at` and `length` are the place in the query, in UTF-16 units.
 *
 * @category errors
 */
export class QueryRejected extends Schema.TaggedError<QueryRejected>()("QueryRejected", {
  query: Schema.String,
  at: Schema.Int,
  length: Schema.Int,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const place = this.query.slice(this.at, this.at + this.length)
    return place === "" ? `The query ${this.reason}` : `${place} (at ${this.at + 1} of the query) ${this.reason}`
  }
}

/**
 * The search took longer than it may, and was stopped.
 *
 * @category errors
 */
export class SearchTooSlow extends Schema.TaggedError<SearchTooSlow>()("SearchTooSlow", {
  query: Schema.String,
  limitMillis: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The search took longer than ${this.limitMillis} ms: narrow it with repo: or path:, with a longer word, or with a simpler regular expression`
  }
}
