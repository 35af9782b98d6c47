/** A moment so long ago, by the database's clock. Pure. */
import { type SQL, sql } from "drizzle-orm"
import { Duration } from "effect"

export const ago = (clock: SQL, time: Duration.Input): SQL =>
  sql`${clock} - ${Duration.toMillis(Duration.fromInputUnsafe(time))}::double precision * interval '1 millisecond'`
