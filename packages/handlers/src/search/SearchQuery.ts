/**
 * What a query asks for, once it is read.
 */

/** Where something stands in the query, in UTF-16 units. */
export interface Place {
  readonly at: number
  readonly length: number
}

/** Something that a file's content or its path has. @category models */
export interface Term extends Place {
  readonly kind: "text" | "regex"
  /** Never empty; a regular expression without its slashes. */
  readonly value: string
  /** The file must have it neither in its content nor in its path. */
  readonly negated: boolean
}

/** @category models */
export interface Filter extends Place {
  readonly kind: "repo" | "path" | "ext"
  /** `repo`: a name, or a glob. `path`: a part of it, a glob or a regular expression. `ext`: several, any of which fits. */
  readonly values: ReadonlyArray<string>
  readonly how: "text" | "glob" | "regex"
  readonly negated: boolean
}

/** Every term and filter must hold, but that of several `repo` one is enough. @category models */
export interface SearchQuery {
  readonly text: string
  readonly terms: ReadonlyArray<Term>
  readonly filters: ReadonlyArray<Filter>
  readonly caseSensitive: boolean
}
