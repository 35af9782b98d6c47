/**
 * Real bare repositories for tests.
 *
 * @since 0.1.0
 */
export * as TestRepository from "./TestRepository.ts"
