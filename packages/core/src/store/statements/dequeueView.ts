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
import type { AnyPgColumn, PgView } from "drizzle-orm/pg-core"
import { eligible } from "../eligible.ts"
import { safely } from "../safely.ts"
import type { StoreContext } from "../StoreContext.ts"
import { claimed, claimFields, RECORD_FIELD } from "./dequeue.ts"

/** Candidates beyond the limit, for those that other workers lock before us. */
const SPARE = 50

export const lockCandidates = (context: StoreContext, conditions: ReadonlyArray<SQL>) => {
  const { columns, db, order, sourceColumns, table } = context
  const view = context.source as PgView
  const potential = db.$with("potential").as(
    db
      .select({
        candidate: sql`${sourceColumns.id}`.as("candidate"),
        place: sql`row_number() over (order by ${sql.join([...order], sql`, `)})`.as("place")
      })
      .from(view)
      .where(and(eligible(context, sourceColumns), ...conditions.map((condition) => sql`(${condition})`)))
      .orderBy(...order)
      .limit(sql`${sql.placeholder("limit")}::int + ${sql.raw(String(SPARE))}` as never)
  )
  return db
    .with(potential)
    .select({ id: columns.id, place: potential.place })
    .from(table)
    .innerJoin(potential, sql`${columns.id} = ${potential.candidate}`)
    .where(eligible(context, columns))
    .orderBy(potential.place)
    .limit(sql.placeholder("limit"))
    .for("update", { skipLocked: true })
}

export const claimLocked = (context: StoreContext, conditions: ReadonlyArray<SQL>) => {
  const { columns, db, sourceColumns, table } = context
  const view = context.source as PgView
  return db
    .update(table)
    .set(claimed(context))
    .from(view)
    .where(
      and(
        sql`${columns.id} = ${sourceColumns.id}`,
        sql`${columns.id} = any(${sql.placeholder("ids")})`,
        ...conditions.map((condition) => sql`(${condition})`)
      )
    )
    .returning({ ...claimFields(columns), ...viewFields(context) })
}

/** The view shows a row as it was before the update: work columns are read from the table instead. */
const viewFields = ({ columns, selection }: StoreContext): Record<string, SQL> => {
  const fresh = new Map(Object.values(columns).map((column) => [column.name, column]))
  const current = (field: AnyPgColumn | SQL): AnyPgColumn | SQL =>
    is(field, Column) ? (fresh.get(field.name) ?? field) : field
  return Object.fromEntries(
    Object.entries(selection).map(([name, field]) => [RECORD_FIELD + name, safely(current(field))])
  )
}
