import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig(({ mode }) => ({
  test: {
    projects: ["packages/*", "apps/*", "examples/vitest.config.*", "bench"],
    reporters: ["default", "./scripts/count-reporter.ts"],
    // Tests that wait for a database leave a core idle: never fewer than two workers. Not many more, since all
    // share one server and its connections.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    // There may be no slow test; that there is no test at all is a mistake.
    passWithNoTests: mode === "slow"
  }
}))
