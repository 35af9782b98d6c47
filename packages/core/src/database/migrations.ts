/**
 * Drizzle's migrations, applied by one process at a time.
 */
import { Effect, Redacted, Schema } from "effect"
import postgres from "postgres"
import { type MigrationFile, type MigrationPlan, planMigrations, readFolder } from "./migrationPlan.ts"

export type { AppliedMigration, MigrationFile, MigrationPlan } from "./migrationPlan.ts"

/**
 * None of the missing migrations was applied: they are one transaction.
 *
 * @category errors
 */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>()("MigrationFailed", {
  folder: Schema.String,
  /** The one that failed, where it was one. */
  migration: Schema.optionalKey(Schema.String),
  cause: Schema.Defect()
}) {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    const which = this.migration === undefined ? "" : ` Migration ${this.migration} failed, and nothing was changed.`
    return `The migrations in ${this.folder} cannot be applied: ${reason}.${which}`
  }
}

/**
 * The database has migrations that this code does not know.
 *
 * @category errors
 */
export class SchemaNewer extends Schema.TaggedError<SchemaNewer>()("SchemaNewer", {
  /** The newest migration of this code. */
  newestKnown: Schema.String,
  /** When the unknown ones were generated: the database keeps no name. */
  unknown: Schema.Array(Schema.String),
  /** The releases that have worked on the database, where it remembers any. */
  releases: Schema.Array(Schema.String)
}) {
  override get message() {
    const releases = this.releases.length === 0 ? "" : ` (it has run ${this.releases.join(", ")})`
    return `The database is newer than this code${releases}: it has ${this.unknown.length} migration(s) from ${this.unknown.join(", ")}, and the newest that is known here is ${this.newestKnown}. Deploy the release that made them; schema migrations have no way back`
  }
}

/** @category options */
export interface MigrationOptions {
  readonly url: Redacted.Redacted
  /** Where drizzle-kit wrote them: the folder with `meta/_journal.json`. */
  readonly folder: string
}

/** A migration that was applied just now, and how long its statements took. @category models */
export interface JustApplied {
  readonly name: string
  readonly millis: number
}

/** Any number, so long as every migrator of a database takes the same. */
const LOCK = 7_102_734

/**
 * Applies what is missing, in one transaction, and gives what that was. Waits for other migrators of the database, and
 * finds what they applied applied. Refuses a database that is newer than the folder.
 *
 * @category constructors
 */
export const apply = ({
  folder,
  url
}: MigrationOptions): Effect.Effect<ReadonlyArray<JustApplied>, MigrationFailed | SchemaNewer> => {
  let under: string | undefined
  return withConnection(
    { folder, url },
    async (sql) => {
      await sql`select pg_advisory_lock(${LOCK})` // ends with the connection
      const plan = await planOf(sql, folder)
      if (plan.unknown.length > 0) return await newerThan(sql, plan)
      return await sql.begin(async (transaction) => {
        await transaction.unsafe("create schema if not exists drizzle")
        await transaction.unsafe(
          "create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)"
        )
        const applied: Array<JustApplied> = []
        for (const { hash, name, statements, when } of plan.missing) {
          under = name
          const from = performance.now()
          for (const statement of statements) await transaction.unsafe(statement)
          await transaction`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`
          applied.push({ name, millis: performance.now() - from })
          under = undefined
        }
        return applied
      })
    },
    () => under
  ).pipe(Effect.flatMap((result) => (result instanceof SchemaNewer ? Effect.fail(result) : Effect.succeed(result))))
}

/** What the database has and lacks. Changes nothing. @category constructors */
export const plan = ({ folder, url }: MigrationOptions): Effect.Effect<MigrationPlan, MigrationFailed> =>
  withConnection({ folder, url }, (sql) => planOf(sql, folder))

/**
 * How many migrations the database lacks. A worker asks before it starts, and does not migrate by itself. Fails for a
 * database that is newer than the folder.
 *
 * @category constructors
 */
export const missing = ({ folder, url }: MigrationOptions): Effect.Effect<number, MigrationFailed | SchemaNewer> =>
  withConnection({ folder, url }, async (sql) => {
    const found = await planOf(sql, folder)
    return found.unknown.length > 0 ? await newerThan(sql, found) : found.missing.length
  }).pipe(Effect.flatMap((result) => (result instanceof SchemaNewer ? Effect.fail(result) : Effect.succeed(result))))

/** What `folder` holds. @category constructors */
export const files = (folder: string): Effect.Effect<ReadonlyArray<MigrationFile>, MigrationFailed> =>
  Effect.try({ try: () => readFolder(folder), catch: (cause) => new MigrationFailed({ folder, cause }) })

const planOf = async (sql: postgres.Sql, folder: string): Promise<MigrationPlan> => {
  const inFolder = readFolder(folder)
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`
  if (table?.["name"] === null) return planMigrations(inFolder, [])
  const rows = await sql`select created_at, hash from drizzle.__drizzle_migrations order by created_at`
  return planMigrations(
    inFolder,
    rows.map((row) => ({ when: Number(row["created_at"]), hash: String(row["hash"]) }))
  )
}

const newerThan = async (sql: postgres.Sql, { applied, missing: lacking, unknown }: MigrationPlan) => {
  const [table] = await sql`select to_regclass('public.instance_versions') as name`
  const releases = table?.["name"] === null ? [] : await sql`select service, version from instance_versions order by 1`
  return new SchemaNewer({
    newestKnown: [...applied, ...lacking].toSorted((one, other) => one.when - other.when).at(-1)?.name ?? "none",
    unknown: unknown.map(({ when }) => new Date(when).toISOString()),
    releases: releases.map((row) => `${row["service"]} ${row["version"]}`)
  })
}

const withConnection = <A>(
  { folder, url }: MigrationOptions,
  use: (sql: postgres.Sql) => Promise<A>,
  under: () => string | undefined = () => undefined
): Effect.Effect<A, MigrationFailed> =>
  Effect.acquireUseRelease(
    Effect.sync(() => postgres(Redacted.value(url), { max: 1, fetch_types: false, onnotice: () => {} })),
    (sql) =>
      Effect.tryPromise({
        try: () => use(sql),
        catch: (cause) => {
          const migration = under()
          return new MigrationFailed({ folder, cause, ...(migration === undefined ? {} : { migration }) })
        }
      }),
    (sql) => Effect.promise(() => sql.end({ timeout: 5 }))
  )
