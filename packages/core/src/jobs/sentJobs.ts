/**
 * How a list of jobs travels in a statement whose text does not depend on its length.
 *
 * As JSON, which both ends print and parse fastest: in a text array every quote
 * of a payload is escaped once more, and every payload read and cast by itself.
 * What all jobs have in common, which is all but payload and key for one call of
 * one kind, is sent once. A job alone travels as it is.
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

/** What the text of the statement does depend on. */
export interface Shape {
  /** Whether there is but one. */
  readonly alone: boolean
  /** Whether any of the jobs has a key. */
  readonly keyed: boolean
  /** Whether they have all but payload and key in common. */
  readonly alike: boolean
}

export interface SentJobs {
  /** Rows, with the job's number in the list as `place`. */
  readonly from: SQL
  /** A job's values, for the select list over those rows. */
  readonly values: Readonly<Record<Field | "payload" | "key", SQL>>
}

export const areAlike = (list: ReadonlyArray<EncodedJob>): boolean =>
  list.length < 2 || list.every((job) => fields.every((field) => job[field] === list[0]![field]))

/** The rows of a statement that is executed with `sentValues`. */
export const sentJobs = ({ alike, alone, keyed }: Shape): SentJobs => {
  const sent = new Map<string, SQL>()
  const value = (name: string, type: string): SQL => sql`${sql.placeholder(name)}::${sql.raw(type)}`
  const each = (column: string, expand: "jsonb_array_elements" | "jsonb_array_elements_text"): SQL => {
    sent.set(column, sql`${sql.raw(expand)}(${sql.placeholder(column)}::jsonb)`)
    return sql`${sql.identifier(column)}`
  }
  const common = (field: Field): SQL =>
    alike ? sql`${sql.placeholder(field)}` : each(field, "jsonb_array_elements_text")

  const values = {
    payload: alone ? value("payload", "jsonb") : each("payload", "jsonb_array_elements"),
    key: !keyed ? sql`null` : alone ? value("key", "text") : each("key", "jsonb_array_elements_text"),
    ...(Object.fromEntries(fields.map((field) => [field, sql`${common(field)}::${sql.raw(types[field])}`])) as Record<
      Field,
      SQL
    >)
  }
  const columns = [...sent.keys(), "place"].map((column) => sql.identifier(column))
  return {
    values,
    from: alone
      ? sql`(values (1)) as sent(place)`
      : sql`rows from (${commas([...sent.values()])}) with ordinality as sent(${commas(columns)})`
  }
}

/** What the placeholders of `sentJobs` stand for. */
export const sentValues = (
  list: ReadonlyArray<EncodedJob>,
  { alike, alone, keyed }: Shape
): Readonly<Record<string, string | number | null>> => {
  const [first] = list
  if (alone) return { payload: first!.payload, key: first!.dedupeKey ?? null, ...printed(first!) }
  const payload = `[${list.map((job) => job.payload).join(",")}]`
  const key = keyed ? JSON.stringify(list.map(({ dedupeKey }) => dedupeKey)) : null
  if (alike) return { payload, key, ...printed(list[0]!) }
  const all = list.map(printed)
  const each = fields.map((field) => [field, JSON.stringify(all.map((job) => job[field]))] as const)
  return { payload, key, ...Object.fromEntries(each) }
}

const printed = ({
  at,
  delayMillis,
  kind,
  maxAttempts,
  payloadVersion,
  priority
}: EncodedJob): Readonly<Record<Field, string | number | null>> => ({
  kind,
  payloadVersion,
  priority,
  maxAttempts,
  at: at === undefined ? null : at.toISOString(),
  delayMillis: delayMillis ?? null
})
