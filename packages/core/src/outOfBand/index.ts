/**
 * Out-of-band migrations: changes of data too long for a schema migration.
 */
export {
  list,
  type ListedMigration,
  type MigrationError,
  type MigrationState,
  updateDirection
} from "./MigrationState.ts"
export { type FailedRow, leftOver } from "./FailedRows.ts"
export { isComplete } from "./isComplete.ts"
export { type StartOptions, start, validate } from "./instanceVersion.ts"
export * from "./OutOfBandError.ts"
export { refuseConflicts, register } from "./register.ts"
export { layer, make, type Runner, type RunnerOptions } from "./Runner.ts"
export { type CompletionError, runToCompletion } from "./runToCompletion.ts"
export { type ValidatedMigration, validateMigrations } from "./validateMigrations.ts"
export { format, InvalidVersion, type Version, version } from "./Version.ts"
