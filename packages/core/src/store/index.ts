/** A work queue over a table: `WorkStore.make`, and the types of what it makes. */
export { make } from "./makeWorkStore.ts"
export type { End, EndedAttempt, Requeued } from "./End.ts"
export type { LockedBatch } from "./LockedBatch.ts"
export type { StoreOptions } from "./StoreOptions.ts"
export type {
  AnyWorkStore,
  ConditionOptions,
  DequeueOptions,
  RequeueOptions,
  ResetResult,
  WorkStore
} from "./WorkStore.ts"
