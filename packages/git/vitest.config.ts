import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    name: "git",
    include: ["test/**/*.test.ts"],
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000
  }
})
