import { defineConfig } from "drizzle-kit"

export default defineConfig({
  dialect: "postgresql",
  schema: ["./packages/core/src/jobs/jobsTable.ts", "./packages/handlers/src/schema/*.ts"],
  out: "./drizzle"
})
