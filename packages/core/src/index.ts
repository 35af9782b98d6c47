/**
 * The engine: any Postgres table as a typed work queue.
 */
export { Database, type OpenTransaction, type TransactionOptions } from "./database/Database.ts"
export { type DatabaseError, DatabaseUnavailable, StatementRejected } from "./database/DatabaseError.ts"
export type { DatabaseOptions } from "./database/DatabaseOptions.ts"
export * as Migrations from "./database/migrations.ts"
export type { Notification } from "./database/listen.ts"
export type { Drizzle } from "./database/router.ts"

export * as Condition from "./table/Condition.ts"
export * as Order from "./table/Order.ts"
export { InvalidOptions } from "./options/InvalidOptions.ts"
export { DatabaseClock } from "./table/DatabaseClock.ts"
export type { ExecutionLogEntry } from "./table/ExecutionLogEntry.ts"
export { workColumns, workIndexes } from "./table/workColumns.ts"
export { workTableSettings } from "./table/workTableSettings.ts"
export { finishedStates, type WorkState, workStates } from "./table/WorkState.ts"

export { PermanentError, RetryableError, type SelfSorted, Snooze, type SortedError } from "./retry/HandlerError.ts"
export * as RetryPolicy from "./retry/RetryPolicy.ts"
export * as Decision from "./retry/Decision.ts"

export * as WorkStore from "./store/index.ts"
export type { Claim } from "./store/Claim.ts"
export type { Fence } from "./store/Fence.ts"
export type { LockedClaim } from "./store/LockedClaim.ts"
export {
  DequeueInTransaction,
  DequeueRace,
  ExecutionLogEntryNotUpdated,
  LeaseLost,
  RecordNotFound
} from "./store/StoreError.ts"

export * as Worker from "./worker/index.ts"
export * as Resetter from "./worker/Resetter.ts"
export * as Retention from "./worker/Retention.ts"
export * as Routine from "./worker/Routine.ts"

export * as JobKind from "./jobs/JobKind.ts"
export type { Job } from "./jobs/JobKind.ts"
export { PayloadRejected } from "./jobs/JobKind.ts"
export type { JobHandler } from "./jobs/JobHandler.ts"
export { type Enqueued, JobQueue, type JobQueueOptions, type JobStore } from "./jobs/JobQueue.ts"
export * as JobRuntime from "./jobs/JobRuntime.ts"
export * as Payload from "./jobs/Payload.ts"
export { type JobRow, jobs } from "./jobs/jobsTable.ts"
export { findJob, listJobs, type ListJobs } from "./jobs/readJobs.ts"

export * as OutOfBandMigration from "./outOfBand/migration.ts"
export * as OutOfBandMigrations from "./outOfBand/index.ts"
export {
  instanceVersions,
  outOfBandMigrations,
  outOfBandMigrationsErrors,
  outOfBandMigrationsFailedRows
} from "./outOfBand/outOfBandTables.ts"
