/**
 * Takes eligible records whose candidates and fields come from a view: two
 * statements of one transaction.
 *
 * A view cannot be locked row by row, and a row lock makes Postgres test only
 * the locked table again, not the view's other tables. So `lockCandidates`
 * chooses through the view and locks in the table; `claimLocked` then runs on
 * a fresh snapshot, where nothing can move the rows, and tests the conditions
 * again through the view.
 */
import { and, Column, is, type SQL, sql } from "drizzle-orm"
import type { PgView } from "drizzle-orm/pg-core"
import { type ClaimReader, claimReader, type ReaderOptions } from "../claimReader.ts"
import { eligible } from "../eligible.ts"
import { decodedAs, type Field } from "../Returned.ts"
import { idsPlaceholder, type StoreContext } from "../StoreContext.ts"
import { claimed } from "./dequeue.ts"

/** Candidates beyond the limit, for those that other workers lock before us. */
const SPARE = 50

/** The candidates are an array, which a join always looks up one by one: joined as rows, Postgres may read all that is ready instead. */
export const lockCandidates = (context: StoreContext, conditions: ReadonlyArray<SQL>) => {
  const { columns, db, order, sourceColumns, table } = context
  const candidates = db
    .select({ id: sql`${sourceColumns.id}` })
    .from(context.source as PgView)
    .where(and(eligible(context, sourceColumns), ...conditions.map((condition) => sql`(${condition})`)))
    .orderBy(...order)
    .limit(sql`${sql.placeholder("limit")}::int + ${sql.raw(String(SPARE))}` as never)
  return db
    .select({ id: columns.id })
    .from(sql`unnest(array(${candidates})) with ordinality as candidate(id, place)`)
    .innerJoin(table, sql`${columns.id} = candidate.id`)
    .where(eligible(context, columns))
    .orderBy(sql`candidate.place`)
    .limit(sql.placeholder("limit"))
    .for("update", { skipLocked: true })
}

export const claimLocked = (
  context: StoreContext,
  conditions: ReadonlyArray<SQL>,
  reader: Pick<ClaimReader, "fields"> = viewReader(context)
) => {
  const { columns, db, table } = context
  const shown = shownRecords(context, conditions)
  return db
    .update(table)
    .set(claimed(context))
    .from(shown)
    .where(sql`${columns.id} = ${ofShown(SHOWN_ID)}`)
    .returning(reader.fields)
}

/**
 * Reads what `lockCandidates` has locked, and tests the conditions again, for a batch that is handled under that lock.
 */
export const readLocked = (
  context: StoreContext,
  conditions: ReadonlyArray<SQL>,
  reader: Pick<ClaimReader, "fields">
) => {
  const { columns, db, table } = context
  const shown = shownRecords(context, conditions)
  return db
    .select(reader.fields)
    .from(table)
    .innerJoin(shown, sql`${columns.id} = ${ofShown(SHOWN_ID)}`)
}

/** The records of the given ids as the view shows them, in a subquery of its own, where only the view's names mean anything. */
const shownRecords = (context: StoreContext, conditions: ReadonlyArray<SQL>) => {
  const { db, selection, sourceColumns } = context
  const fields = Object.entries(selection).map(([name, field]) => [name, sql`${field}`.as(FIELD + name)] as const)
  return db
    .select({
      [SHOWN_ID]: sql`${sourceColumns.id}`.as(SHOWN_ID),
      [SHOWN_PLACE]: sql`array_position(${idsPlaceholder(context)}, ${sourceColumns.id})`.as(SHOWN_PLACE),
      ...Object.fromEntries(fields)
    })
    .from(context.source as PgView)
    .where(
      and(
        sql`${sourceColumns.id} = any(${idsPlaceholder(context)})`,
        ...conditions.map((condition) => sql`(${condition})`)
      )
    )
    .as(SHOWN)
}

/** Reads what `claimLocked` returns. */
export const viewReader = (context: StoreContext, as?: ReaderOptions["as"]): ClaimReader =>
  claimReader(context, shownFields(context), { place: ofShown(SHOWN_PLACE).mapWith(Number), as })

const SHOWN = "shown"
const SHOWN_ID = "$id"
const SHOWN_PLACE = "$place"
const FIELD = "r$"

const ofShown = (name: string): SQL => sql`${sql.identifier(SHOWN)}.${sql.identifier(name)}`

/** The view shows a row as it was before the update: work columns are read from the table instead. */
const shownFields = ({ columns, selection }: StoreContext): Record<string, Field> => {
  const fresh = new Map(Object.values(columns).map((column) => [column.name, column]))
  return Object.fromEntries(
    Object.entries(selection).map(([name, field]) => {
      const column = is(field, Column) ? fresh.get(field.name) : undefined
      return [name, column ?? decodedAs(field, ofShown(FIELD + name))]
    })
  )
}
