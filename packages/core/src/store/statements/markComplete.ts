/**
 * processing → completed, whatever the cancel flag says: the work is done.
 */
import { sql } from "drizzle-orm"
import { state, type StoreContext } from "../StoreContext.ts"
import { finish } from "./finish.ts"

export const markComplete = (context: StoreContext) => finish(context, { state: state("completed"), final: sql`true` })
