/**
 * What the operations of a store are made of.
 */
import type { Database } from "../database/Database.ts"
import type { Instrument } from "./instrument.ts"
import type { StoreContext } from "./StoreContext.ts"

export interface StoreParts extends Instrument {
  readonly context: StoreContext
  readonly database: Database["Service"]
}
