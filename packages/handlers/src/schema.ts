/** The tables of the forge, for your own drizzle schema: `export * from "@drover/handlers/schema"`. */
export { repositories } from "./schema/repositories.ts"
export { type MergeableState, mergeableStates, pullRequests } from "./schema/pullRequests.ts"
