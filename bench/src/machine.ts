/**
 * What the figures were measured on and with.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, release, totalmem, type } from "node:os"
import { fileURLToPath } from "node:url"
import type { Databases } from "./postgres.ts"
import type { RedisServer } from "./redis.ts"
import { figure, type Section } from "./table.ts"

const packages = [
  "@drover/core",
  "graphile-worker",
  "pg-boss",
  "bullmq",
  "ioredis",
  "postgres",
  "effect",
  "drizzle-orm"
]

export const describeMachine = (databases: Databases, redis: RedisServer | undefined): Section => {
  const processors = cpus()
  return {
    title: "Machine and versions",
    intro:
      "Everything on one machine: the servers, and each system in processes of its own. Jobs a second and milliseconds " +
      "depend on the machine; the ratios less so.",
    tables: [
      {
        head: ["", ""],
        rows: [
          ["CPU", `${processors[0]?.model.trim() ?? "unknown"}, ${processors.length} cores`],
          ["memory", `${figure(totalmem() / 1024 ** 3)} GiB`],
          ["kernel", `${type()} ${release()}`],
          ["node", process.version],
          ...databases.settings.map(([name, value]) => [`PostgreSQL ${name}`, value]),
          [
            "Redis",
            redis === undefined
              ? "not found: BullMQ is left out"
              : `${redis.version}, snapshots only (RDB), no log of commands`
          ],
          ...packages.map((name) => [name, versionOf(name)])
        ]
      }
    ]
  }
}

const require = createRequire(import.meta.url)

/** Of a package, whether or not it exports its own description. */
const versionOf = (name: string): string => {
  for (const directory of require.resolve.paths(name) ?? []) {
    try {
      const file = `${directory}/${name}/package.json`
      return String((JSON.parse(readFileSync(file, "utf8")) as { readonly version?: string }).version)
    } catch {
      // not there: a level further up
    }
  }
  return `unknown, from ${fileURLToPath(import.meta.url)}`
}
