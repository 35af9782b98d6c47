/**
 * Lists as GraphQL gives them: a page, and where the next one is.
 */

export interface Page {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

/** A cursor is a place between two items. */
export const connection = <A>(items: ReadonlyArray<A>, { after, before, first, last }: Page = {}) => {
  let [start, end] = [Number(after ?? 0), Number(before ?? items.length)]
  if (typeof first === "number") end = Math.min(end, start + first)
  if (typeof last === "number") start = Math.max(start, end - last)
  const pageInfo = {
    hasNextPage: end < items.length,
    hasPreviousPage: start > 0,
    startCursor: String(start),
    endCursor: String(end)
  }
  return { nodes: items.slice(start, end), totalCount: items.length, pageInfo }
}

export const of =
  <A>(items: () => ReadonlyArray<A>) =>
  (page: Page) =>
    connection(items(), page)
