/**
 * What the projects' own vitest configurations have in common.
 *
 * `vitest run` leaves out files named `*.slow.test.ts`; `vitest run --mode slow` runs those alone.
 */
import { configDefaults, defineConfig, mergeConfig, type ViteUserConfig } from "vitest/config"

export const project = (own: ViteUserConfig = {}) =>
  defineConfig(({ mode }) =>
    mergeConfig<ViteUserConfig, ViteUserConfig>(
      {
        test: {
          include: mode === "slow" ? ["test/**/*.slow.test.ts"] : ["test/**/*.test.ts"],
          exclude: mode === "slow" ? configDefaults.exclude : [...configDefaults.exclude, "**/*.slow.test.ts"],
          // The files of a worker share one copy of effect and drizzle, whose loading would cost each a second.
          isolate: false,
          testTimeout: mode === "slow" ? 300_000 : 30_000,
          hookTimeout: 60_000
        }
      },
      own
    )
  )
