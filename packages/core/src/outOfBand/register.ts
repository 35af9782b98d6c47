/**
 * Makes the database know the migrations of this program. What the code says of them is written; how far they are, and
 * which way they go, stays.
 */
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { MigrationConflict } from "./OutOfBandError.ts"
import type { OutOfBandMigration } from "./OutOfBandMigration.ts"
import { outOfBandMigrations as table } from "./outOfBandTables.ts"

/** What a registration needs of a migration. */
type Registered = Omit<OutOfBandMigration, "progress" | "up" | "down">

/** Fails when two have one id. */
export const refuseConflicts = (migrations: ReadonlyArray<Registered>): Effect.Effect<void, MigrationConflict> => {
  const byId = Map.groupBy(migrations, ({ id }) => id)
  const twice = [...byId].find(([, same]) => same.length > 1)
  if (twice === undefined) return Effect.void
  const [id, same] = twice
  return Effect.fail(new MigrationConflict({ id, descriptions: same.map(({ description }) => description) }))
}

/** Several programs at once are safe. A row that says the same already is not written. @category commands */
export const register = Effect.fnUntraced(function* (
  migrations: ReadonlyArray<Registered>
): Effect.fn.Return<void, MigrationConflict | DatabaseError, Database> {
  yield* refuseConflicts(migrations)
  if (migrations.length === 0) return
  const { run } = yield* Database
  const described = {
    team: sql`excluded.team`,
    component: sql`excluded.component`,
    description: sql`excluded.description`,
    introducedMajor: sql`excluded.introduced_major`,
    introducedMinor: sql`excluded.introduced_minor`,
    deprecatedMajor: sql`excluded.deprecated_major`,
    deprecatedMinor: sql`excluded.deprecated_minor`,
    nonDestructive: sql`excluded.non_destructive`
  }
  const differs = sql.join(
    Object.entries(described).map(
      ([field, given]) => sql`${table[field as keyof typeof described]} is distinct from ${given}`
    ),
    sql` or `
  )
  yield* run((db) =>
    db
      .insert(table)
      // in one order: programs that start together wait for one another, and never in a circle
      .values(migrations.toSorted((one, other) => one.id - other.id).map(rowOf))
      .onConflictDoUpdate({ target: table.id, set: described, setWhere: differs })
  )
})

const rowOf = ({ deprecated, introduced, ...rest }: Registered) => ({
  id: rest.id,
  team: rest.team,
  component: rest.component,
  description: rest.description,
  introducedMajor: introduced.major,
  introducedMinor: introduced.minor,
  deprecatedMajor: deprecated?.major,
  deprecatedMinor: deprecated?.minor,
  nonDestructive: rest.nonDestructive
})
