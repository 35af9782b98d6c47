/**
 * The command line.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { contestants, families } from "./contestants.ts"

/** In the order in which they run and are reported. What matters most comes first: a quick run may not reach the last. */
export const workloadNames = [
  "burn-down",
  "one-a-transaction",
  "latency",
  "enqueue",
  "backlog",
  "pinned",
  "drain",
  "steady",
  "scaling",
  "mergeability",
  "code-index",
  "batch-changes"
] as const

export interface Options {
  readonly quick: boolean
  readonly short: boolean
  readonly only: ReadonlyArray<string> | undefined
  /** Families, and single contestants of them. */
  readonly systems: ReadonlySet<string>
  readonly rounds: number
  readonly out: string
  readonly profile: string | undefined
  /** A server to use instead of one of our own. */
  readonly databaseUrl: string | undefined
}

export const usage = `usage: pnpm bench [options]

  --quick                two minutes, rough figures
  --only a,b             these workloads only: ${workloadNames.join(", ")}
  --systems a,b          these systems only: ${families.join(", ")};
                         or single ways of running them: ${Object.keys(contestants).slice(0, 2).join(", ")}, …
  --short                all rounds, one size of each: about half an hour
  --rounds n             how often everything is measured (default 5, quick 1)
  --out file.md          where the report goes (default bench/RESULTS.md; RESULTS.quick.md and RESULTS.partial.md for
                         a quick run and for a part)
  --profile directory    drover's processes leave CPU profiles there

DATABASE_URL names a server to use; without it one is started, with the durability settings of a production server.`

/** Throws with a message for the user. */
export const readOptions = (args: ReadonlyArray<string>): Options | "help" => {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== "--"),
    options: {
      quick: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      only: { type: "string" },
      systems: { type: "string" },
      rounds: { type: "string" },
      out: { type: "string" },
      profile: { type: "string" },
      help: { type: "boolean", default: false }
    }
  })
  if (values.help) return "help"
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5))
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds must be a whole number from 1")
  const named = values.systems?.split(",") ?? families
  const known: ReadonlyArray<string> = [...families, ...Object.keys(contestants)]
  const unknown = named.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`--systems knows no ${unknown.join(", ")}`)
  const only = values.only?.split(",")
  const workload = only?.find((name) => !(workloadNames as ReadonlyArray<string>).includes(name))
  if (workload !== undefined) throw new Error(`--only knows no ${workload}`)
  // what a full run wrote is not lost to a look at a part of it
  const partial = only !== undefined || values.systems !== undefined
  const file = partial ? "../RESULTS.partial.md" : values.quick ? "../RESULTS.quick.md" : "../RESULTS.md"
  return {
    quick: values.quick,
    short: values.short,
    only,
    systems: new Set(named),
    rounds,
    out: values.out ?? fileURLToPath(new URL(file, import.meta.url)),
    profile: values.profile,
    databaseUrl: process.env["DATABASE_URL"] || undefined
  }
}
