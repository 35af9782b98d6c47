/** A work queue over a table: `WorkStore.make`, and the types of what it makes. */
export { make } from "./makeWorkStore.ts"
export type { End, EndedAttempt } from "./End.ts"
export type { StoreOptions } from "./StoreOptions.ts"
export type {
  AnyWorkStore,
  ConditionOptions,
  DequeueOptions,
  RequeueOptions,
  ResetResult,
  WorkStore
} from "./WorkStore.ts"
