/** What tests of code on this engine need: a database of their own, and a clock they move. */
export { ManualClock } from "./ManualClock.ts"
export { TestDatabase, type TestDatabaseOptions } from "./TestDatabase.ts"
