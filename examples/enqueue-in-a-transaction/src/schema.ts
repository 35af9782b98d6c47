import { boolean, integer, pgTable, text } from "drizzle-orm/pg-core"

export { jobs } from "@drover/core"

export const users = pgTable("users", {
  id: integer("id").primaryKey().generatedByDefaultAsIdentity(),
  email: text("email").notNull().unique(),
  welcomed: boolean("welcomed").notNull().default(false)
})
