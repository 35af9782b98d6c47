/**
 * How a list of jobs travels in a statement whose text does not depend on its length.
 *
 * As JSON, which both ends print and parse fastest: in a text array every quote
 * of a payload is escaped once more, and every payload read and cast by itself.
 * What all jobs have in common, which is all but payload and key for one call of
 * one kind, is sent once.
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

export interface SentJobs {
  /** Rows, with the job's number in the list as `place`. */
  readonly from: SQL
  /** A job's values, for the select list over those rows. */
  readonly values: Readonly<Record<Field | "payload" | "key", SQL>>
}

/** @param keyed whether any of them has a key */
export const sentJobs = (list: ReadonlyArray<EncodedJob>, keyed: boolean): SentJobs => {
  const sent = new Map<string, SQL>()
  const each = (column: string, source: SQL): SQL => {
    sent.set(column, source)
    return sql`${sql.identifier(column)}`
  }
  const alike = list.every((job) => fields.every((field) => job[field] === list[0]![field]))
  const common = (field: Field): SQL =>
    alike ? sql`${printed(list[0]!, field)}` : each(field, texts(list.map((job) => printed(job, field))))

  const values = {
    payload: each("payload", sql`jsonb_array_elements(${`[${list.map(({ payload }) => payload).join(",")}]`}::jsonb)`),
    key: keyed ? each("key", texts(list.map(({ dedupeKey }) => dedupeKey))) : sql`null`,
    ...(Object.fromEntries(fields.map((field) => [field, sql`${common(field)}::${sql.raw(types[field])}`])) as Record<
      Field,
      SQL
    >)
  }
  const columns = [...sent.keys(), "place"].map((column) => sql.identifier(column))
  return {
    values,
    from: sql`rows from (${commas([...sent.values()])}) with ordinality as sent(${commas(columns)})`
  }
}

const texts = (values: ReadonlyArray<unknown>): SQL => sql`jsonb_array_elements_text(${JSON.stringify(values)}::jsonb)`

const printed = (job: EncodedJob, field: Field): string | number | null => {
  const value = job[field]
  return value instanceof Date ? value.toISOString() : (value ?? null)
}
