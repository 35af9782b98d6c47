import { defineConfig } from "drizzle-kit"

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./packages/core/src/jobs/jobsTable.ts",
    "./packages/core/src/outOfBand/outOfBandTables.ts",
    "./packages/handlers/src/schema/*.ts"
  ],
  out: "./drizzle"
})
