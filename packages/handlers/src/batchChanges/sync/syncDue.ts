/**
 * When a pull request is to be looked at next: the longer nothing has happened to it, the later. A tenth of the time since its
 * host changed it last, at least 2 minutes and at most 8 hours after the last look. Never looked at, or somebody heard
 * that it changed: long since.
 *
 * Seconds since 2000, and not a moment: what an index orders by must depend on no time zone.
 */
import { type AnyColumn, type SQL, sql } from "drizzle-orm"

interface Looked {
  readonly syncedAt: AnyColumn
  readonly externalUpdatedAt: AnyColumn
}

const start = sql`timestamptz '2000-01-01 00:00:00+00'`

/** The order of `changesets_sync_due_idx`. */
export const syncDue = ({ externalUpdatedAt, syncedAt }: Looked): SQL =>
  sql`coalesce(extract(epoch from ${syncedAt} - ${start}) + least(greatest(extract(epoch from ${syncedAt} - ${externalUpdatedAt}) / 10, 120), 28800), 0)`

/** The same measure of a moment. */
export const secondsOf = (moment: SQL): SQL => sql`extract(epoch from ${moment} - ${start})`
