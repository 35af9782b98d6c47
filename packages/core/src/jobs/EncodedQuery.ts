/**
 * A query whose every row is to be a job, as the table stores those.
 */
import { type SQL, sql, type SQLWrapper } from "drizzle-orm"
import { type Query, querySource } from "../table/Query.ts"
import type { EncodedJob } from "./EncodedJob.ts"
import { type EncodingKind, type EnqueueOptions, whenOf } from "./encodeJob.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import { jsonOf } from "./jsonOf.ts"

/** The fields of a query's row, as expressions. */
export type RowExpressions<Row> = { readonly [Field in keyof Row]-?: SQL<Row[Field]> }

/**
 * @category options
 */
export interface EnqueueFromOptions<Row> extends Pick<EnqueueOptions, "after" | "priority"> {
  /**
   * The key of a row, over its fields: `(row) => row.userId`. Null and the empty string mean no key. It is on
   * you that it is the key that the kind's own function gives to the payload.
   */
  readonly dedupeKey?: ((row: RowExpressions<Row>) => SQLWrapper) | undefined
}

/** What a kind makes of a query. Opaque to callers. @category models */
export interface EncodedQuery extends Omit<EncodedJob, "payload" | "dedupeKey"> {
  readonly from: SQL
  /** Over the rows of `from`, as are the next. */
  readonly payload: SQL
  readonly dedupeKey: SQL | undefined
}

/** Throws `InvalidOptions`. */
export const encodeQuery = <A, Row>(
  kind: EncodingKind<A>,
  query: Query<Row>,
  { dedupeKey, ...options }: EnqueueFromOptions<Row> = {}
): EncodedQuery => {
  const owner = `job kind "${kind.name}"`
  if (kind.dedupeKey !== undefined && dedupeKey === undefined) {
    throw new InvalidOptions({
      owner,
      field: "dedupeKey",
      rule: "must be given as SQL, since the kind has a key: (row) => row.id, or () => sql`null` for none"
    })
  }
  const { fields, from } = querySource(owner, query)
  const row = Object.fromEntries(fields.map(({ name, value }) => [name, sql`${value}`])) as RowExpressions<Row>
  return {
    kind: kind.name,
    payloadVersion: kind.payload.version,
    maxAttempts: kind.maxAttempts,
    ...whenOf(kind, options),
    from,
    payload: jsonOf(fields),
    dedupeKey: dedupeKey === undefined ? undefined : sql`nullif((${dedupeKey(row)})::text, '') collate "C"`
  }
}
