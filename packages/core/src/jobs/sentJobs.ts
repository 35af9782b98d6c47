/**
 * How a list of jobs travels in a statement whose text depends on its shape and not on its jobs, so that each shape is
 * built and prepared once.
 *
 * Many jobs go as JSON, which both ends print and parse fastest: in a text array every quote of a payload is escaped
 * once more, and every payload read and cast by itself. What all jobs have in common, which is all but payload and key
 * for one call of one kind, is sent once. One job goes as it is.
 */
import { type SQL, sql } from "drizzle-orm"
import { commas } from "../table/commas.ts"
import type { EncodedJob } from "./EncodedJob.ts"

/** What jobs may have in common, and its type. */
const types = {
  kind: "text",
  payloadVersion: "int",
  priority: "int",
  maxAttempts: "int",
  at: "timestamptz",
  delayMillis: "float8"
} as const
type Field = keyof typeof types
const fields = Object.keys(types) as ReadonlyArray<Field>

/** What a statement's text depends on. */
export interface Shape {
  readonly one: boolean
  /** Whether any of them has a key. */
  readonly keyed: boolean
  /** Whether all have in common what jobs may have in common. */
  readonly alike: boolean
  /** Whether one of them may stand in front of what waits: its time was given, or a fold moves it. */
  readonly mayBeFirst: boolean
}

export const shapeOf = (list: ReadonlyArray<EncodedJob>): Shape => {
  const keyed = list.some(({ dedupeKey }) => dedupeKey !== undefined)
  return {
    one: list.length === 1,
    keyed,
    alike: list.every((job) => fields.every((field) => job[field] === list[0]![field])),
    // what nobody gave a time, and what is folded into nothing, comes last
    mayBeFirst: keyed || list.some(({ at }) => at !== undefined)
  }
}

export interface SentJobs {
  /** Rows, with the job's number in the list as `place`. */
  readonly from: SQL
  /** A job's values, for the select list over those rows. */
  readonly values: Readonly<Record<Field | "payload" | "key", SQL>>
}

/** Where a statement of the shape finds its jobs, once `sentValues` fills the placeholders. */
export const sentJobs = ({ alike, keyed, one }: Shape): SentJobs => {
  const value = (field: string, type: string): SQL => sql`${sql.placeholder(field)}::${sql.raw(type)}`
  const sent = new Map<string, SQL>()
  const each = (column: string, source: SQL): SQL => {
    sent.set(column, source)
    return sql`${sql.identifier(column)}`
  }
  const texts = (column: string): SQL => each(column, sql`jsonb_array_elements_text(${value(column, "jsonb")})`)
  const common = (field: Field): SQL =>
    alike ? value(field, types[field]) : sql`${texts(field)}::${sql.raw(types[field])}`

  const values = {
    payload: one ? value("payload", "jsonb") : each("payload", sql`jsonb_array_elements(${value("payload", "jsonb")})`),
    key: !keyed ? sql`null` : one ? value("key", "text") : texts("key"),
    ...(Object.fromEntries(fields.map((field) => [field, common(field)])) as Record<Field, SQL>)
  }
  const columns = [...sent.keys(), "place"].map((column) => sql.identifier(column))
  return {
    values,
    from: one
      ? sql`(values (1)) as sent(place)`
      : sql`rows from (${commas([...sent.values()])}) with ordinality as sent(${commas(columns)})`
  }
}

/** For the placeholders of a statement of the list's shape. */
export const sentValues = (
  list: ReadonlyArray<EncodedJob>,
  { alike, one }: Shape
): Readonly<Record<string, string | number | null>> => {
  const [first] = list
  const values: Record<string, string | number | null> = {
    payload: one ? first!.payload : `[${list.map(({ payload }) => payload).join(",")}]`,
    key: one ? (first!.dedupeKey ?? null) : JSON.stringify(list.map(({ dedupeKey }) => dedupeKey))
  }
  for (const field of fields) {
    values[field] = alike ? printed(first!, field) : JSON.stringify(list.map((job) => printed(job, field)))
  }
  return values
}

const printed = (job: EncodedJob, field: Field): string | number | null => {
  const value = job[field]
  return value instanceof Date ? value.toISOString() : (value ?? null)
}
