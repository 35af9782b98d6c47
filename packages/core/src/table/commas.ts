/** Expressions, names or types with commas between them. */
import { type SQL, sql } from "drizzle-orm"

export const commas = (parts: ReadonlyArray<unknown>): SQL => sql.join([...parts] as Array<SQL>, sql`, `)
