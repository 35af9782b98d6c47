/**
 * Statements over Drover's own table that are nobody's to measure.
 */
import type postgres from "postgres"

/** Fills the table on the server, with no row on the wire. */
export const fillJobs = async (sql: postgres.Sql, first: number, count: number): Promise<void> => {
  await sql`
    insert into jobs (kind, payload)
    select 'bench', jsonb_build_object('n', n) from generate_series(${first}::int, ${first + count - 1}::int) n`
}
