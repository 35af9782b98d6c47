/** The migrator as a process of its own, on a database of its own. */
import { Database } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { inject } from "vitest"

export const drizzle = fileURLToPath(new URL("../../../../drizzle", import.meta.url))
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url))
/** With migrations of its own: see the file. */
const fixture = fileURLToPath(new URL("../fixtures/migrator.ts", import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const start = (
  program: string,
  url: string | undefined,
  args: ReadonlyArray<string>,
  settings: Readonly<Record<string, string>> = {}
): Promise<Ended> => {
  const { DATABASE_URL: _theirs, ...inherited } = process.env
  const environment = { ...inherited, ...settings }
  const env = url === undefined ? environment : { ...environment, DATABASE_URL: url }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr })
    )
  })
}

export const migrator = (url: string | undefined, ...args: ReadonlyArray<string>): Promise<Ended> =>
  start(main, url, args)

/** Under settings of its own. */
export const migratorWith = (
  settings: Readonly<Record<string, string>>,
  url: string,
  ...args: ReadonlyArray<string>
): Promise<Ended> => start(main, url, args, settings)

export const fixtureMigrator = (url: string, ...args: ReadonlyArray<string>): Promise<Ended> =>
  start(fixture, url, args)

export type Query = (statement: string) => Promise<ReadonlyArray<Record<string, unknown>>>

/** An empty database, or a copy of the migrated template; and a way to ask it. */
export const withDatabase = (use: (url: string, query: Query) => Promise<void>, template?: string): Promise<void> =>
  Effect.gen(function* () {
    const { url } = yield* TestDatabase
    const { run } = yield* Database
    yield* Effect.promise(() => use(url, (statement) => Effect.runPromise(run((db) => db.execute(sql.raw(statement))))))
  }).pipe(Effect.provide(TestDatabase.layer({ adminUrl: inject("postgresUrl"), template })), Effect.runPromise)
