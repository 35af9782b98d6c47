/**
 * The out-of-band migrations of Drover: the worker runs them, the migrator brings them to completion.
 *
 * An entry of its own, so that the migrator loads no more than them.
 *
 * An id is never given twice, nor to another migration when its own is gone.
 */
import type { Database, OutOfBandMigration } from "@drover/core"

/** What the apps give a migration to work with is the database. */
export type DroverMigration = OutOfBandMigration.OutOfBandMigration<unknown, Database>

export const outOfBandMigrations: ReadonlyArray<DroverMigration> = []
