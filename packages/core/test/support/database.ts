/** A database of its own for each layer that is built: for each test file or `layer()` block. */
import { inject } from "vitest"
import { TestDatabase, type TestDatabaseOptions } from "../../src/testing/index.ts"

export const testDatabase = (options: Partial<TestDatabaseOptions> = {}) =>
  TestDatabase.layer({ adminUrl: inject("postgresUrl"), ...options })
