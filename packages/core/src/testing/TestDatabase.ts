/**
 * A database of its own for every layer that is built, and gone with it.
 */
import { Context, Effect, Layer, Redacted } from "effect"
import postgres from "postgres"
import { Database } from "../database/Database.ts"
import type { DatabaseOptions } from "../database/DatabaseOptions.ts"

/** @category options */
export interface TestDatabaseOptions extends Partial<Omit<DatabaseOptions, "url">> {
  /** A connection that may create databases. */
  readonly adminUrl: string
  /** The database to copy, with the migrations applied. Defaults to an empty one. */
  readonly template?: string | undefined
}

/**
 * Where the layer's database is, for code that connects by itself.
 *
 * @category services
 */
export class TestDatabase extends Context.Service<TestDatabase, { readonly url: string }>()(
  "@drover/core/testing/TestDatabase"
) {
  static readonly layer = (options: TestDatabaseOptions): Layer.Layer<TestDatabase | Database> =>
    Layer.unwrap(
      Effect.map(create(options), (url) =>
        Layer.merge(
          Layer.succeed(TestDatabase, { url }),
          Layer.orDie(Database.layer({ ...options, url: Redacted.make(url) }))
        )
      )
    )
}

let created = 0

const create = ({ adminUrl, template = "template1" }: TestDatabaseOptions) =>
  Effect.gen(function* () {
    const name = `drover_test_${process.pid}_${Date.now()}_${created++}`
    const url = new URL(adminUrl)
    url.pathname = `/${name}`
    yield* Effect.acquireRelease(admin(adminUrl, `create database ${name} template ${template}`), () =>
      admin(adminUrl, `drop database if exists ${name} with (force)`)
    )
    return url.href
  })

/** One connection for one statement: a test that ends leaves nothing open. */
const admin = (url: string, statement: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} })
    try {
      await sql.unsafe(statement)
    } finally {
      await sql.end({ timeout: 5 })
    }
  })
