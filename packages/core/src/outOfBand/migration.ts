/** One out-of-band migration: what it is, and what makes it. */
export {
  type Description,
  downNotAllowed,
  make,
  type MigrationOptions,
  type OutOfBandMigration,
  type StepReport
} from "./OutOfBandMigration.ts"
export type { Changes, RowHandler } from "./RowHandler.ts"
export { ofRows, type RowMigrationOptions } from "./rowMigration.ts"
