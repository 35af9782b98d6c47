/**
 * What every code host is tried by. Needs vitest and @effect/vitest.
 *
 * @since 0.1.0
 */
export { contract, type Contract } from "./contract.ts"
export type { ContractScene, Files, People } from "./ContractScene.ts"
