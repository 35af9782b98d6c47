import { workColumns, workIndexes } from "@drover/core"
import { eq, getTableColumns } from "drizzle-orm"
import { integer, pgTable, pgView, text } from "drizzle-orm/pg-core"

export const repositories = pgTable("repositories", {
  id: integer("id").primaryKey().generatedByDefaultAsIdentity(),
  name: text("name").notNull()
})

export const exampleJobs = pgTable(
  "example_jobs",
  { ...workColumns(), repositoryId: integer("repository_id").notNull() },
  (table) => workIndexes("example_jobs", table, [table.repositoryId, table.id])
)

export const exampleJobsWithRepository = pgView("example_jobs_with_repository").as((db) =>
  db
    .select({ ...getTableColumns(exampleJobs), repositoryName: repositories.name })
    .from(exampleJobs)
    .innerJoin(repositories, eq(repositories.id, exampleJobs.repositoryId))
)
