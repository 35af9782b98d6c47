/**
 * Drizzle's migrations, applied by one process at a time.
 */
import { drizzle } from "drizzle-orm/postgres-js"
import { readMigrationFiles } from "drizzle-orm/migrator"
import { migrate } from "drizzle-orm/postgres-js/migrator"
import { Effect, Redacted, Schema } from "effect"
import postgres from "postgres"

/**
 * None of the missing migrations was applied: they are one transaction.
 *
 * @category errors
 */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>()("MigrationFailed", {
  folder: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `The migrations in ${this.folder} cannot be applied: ${reason}`
  }
}

/** @category options */
export interface MigrationOptions {
  readonly url: Redacted.Redacted
  /** Where drizzle-kit wrote them: the folder with `meta/_journal.json`. */
  readonly folder: string
}

/** Any number, so long as every migrator of a database takes the same. */
const LOCK = 7_102_734

/**
 * Applies what is missing. Waits for other migrators of the database, and finds
 * what they applied applied.
 *
 * @category constructors
 */
export const apply = ({ folder, url }: MigrationOptions): Effect.Effect<void, MigrationFailed> =>
  withConnection({ folder, url }, async (sql) => {
    // drizzle's migrator takes no lock of its own; this one ends with the connection
    await sql`select pg_advisory_lock(${LOCK})`
    await migrate(drizzle(sql), { migrationsFolder: folder })
  })

/**
 * How many migrations the database lacks. A worker asks before it starts, and does not migrate by itself.
 *
 * @category constructors
 */
export const missing = ({ folder, url }: MigrationOptions): Effect.Effect<number, MigrationFailed> =>
  withConnection({ folder, url }, async (sql) => {
    const files = readMigrationFiles({ migrationsFolder: folder })
    const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`
    if (table?.["name"] === null) return files.length
    const [last] = await sql`select max(created_at) as at from drizzle.__drizzle_migrations`
    return files.filter(({ folderMillis }) => folderMillis > Number(last?.["at"] ?? 0)).length
  })

const withConnection = <A>(
  { folder, url }: MigrationOptions,
  use: (sql: postgres.Sql) => Promise<A>
): Effect.Effect<A, MigrationFailed> =>
  Effect.acquireUseRelease(
    Effect.sync(() => postgres(Redacted.value(url), { max: 1, fetch_types: false, onnotice: () => {} })),
    (sql) =>
      Effect.tryPromise({
        try: () => use(sql),
        catch: (thrown) => new MigrationFailed({ folder, cause: innermost(thrown) })
      }),
    (sql) => Effect.promise(() => sql.end({ timeout: 5 }))
  )

/** drizzle repeats the whole migration in its message; what went wrong is inside. */
const innermost = (thrown: unknown): unknown =>
  thrown instanceof Error && thrown.cause instanceof Error ? innermost(thrown.cause) : thrown
