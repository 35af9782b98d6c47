/**
 * Gives the tests a PostgreSQL server, one for the whole run: the first project that needs it starts it, and a run
 * of projects that do not never starts any. `DATABASE_URL` names a server to use instead.
 *
 * Tests ask for it with `inject("postgresUrl")` and `inject("templateDatabase")`.
 */
import type { TestProject } from "vitest/node"
import { startEmbeddedPostgres } from "./embedded-postgres.ts"
import { createTemplate, dropTemplate } from "./template-database.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the server, to create databases with. Its path is the `postgres` database. */
    readonly postgresUrl: string
    /** A migrated database that nobody is connected to: `create database … template …`. */
    readonly templateDatabase: string
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // What the root project provides all others inherit, so it also tells whether another project was first.
  const root = project.vitest.getRootProject()
  if (Object.hasOwn(root.getProvidedContext(), "postgresUrl")) return undefined

  const external = process.env["DATABASE_URL"] || undefined
  const embedded = external === undefined ? await startEmbeddedPostgres() : undefined
  const postgresUrl = external ?? embedded?.url ?? ""
  const templateDatabase = `drover_template_${process.pid}_${Date.now()}`
  try {
    await createTemplate(postgresUrl, templateDatabase)
  } catch (error) {
    await embedded?.stop()
    throw error
  }

  root.provide("postgresUrl", postgresUrl)
  root.provide("templateDatabase", templateDatabase)
  return async () => {
    if (embedded === undefined) await dropTemplate(postgresUrl, templateDatabase)
    else await embedded.stop()
  }
}
