/**
 * What indexing cannot do without: `git cat-file --batch` of all files, and COPY of what it says into one plain table.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { finished } from "node:stream/promises"
import postgres from "postgres"
import { now } from "../clock.ts"

interface BareCopy {
  readonly databaseUrl: string
  readonly repository: string
  readonly oids: ReadonlyArray<string>
  /** Whether the table has the trigram index that a search needs. */
  readonly indexed: boolean
}

/** Gives the milliseconds, and the rows that came. */
export const bareCopy = async ({ databaseUrl, indexed, oids, repository }: BareCopy) => {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`drop table if exists bare_copy`
    await sql`create table bare_copy (oid text, content text)`
    if (indexed) await sql`create index on bare_copy using gin (content gin_trgm_ops)`
    await sql`checkpoint`
    const began = now()
    const git = spawn("git", [`--git-dir=${repository}`, "cat-file", "--batch", "--buffer"], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    git.stdin.end(oids.map((oid) => `${oid}\n`).join(""))
    const table = await sql`copy bare_copy from stdin`.writable()
    let rest = Buffer.alloc(0)
    for await (const chunk of git.stdout) {
      rest = Buffer.concat([rest, chunk as Buffer])
      const { lines, used } = copyLines(rest)
      rest = rest.subarray(used)
      if (lines !== "" && !table.write(lines)) await once(table, "drain")
    }
    table.end()
    await finished(table)
    const millis = now() - began
    const [count] = await sql<Array<{ rows: number }>>`select count(*)::int as rows from bare_copy`
    await sql`drop table bare_copy`
    return { millis, rows: count?.rows ?? 0 }
  } finally {
    await sql.end()
  }
}

/** The answers that are whole, as lines of COPY. */
const copyLines = (bytes: Buffer): { readonly lines: string; readonly used: number } => {
  let lines = ""
  let at = 0
  for (;;) {
    const end = bytes.indexOf(10, at)
    if (end === -1) break
    const [oid, , size] = bytes.toString("utf8", at, end).split(" ")
    const next = end + 1 + Number(size) + 1
    if (next > bytes.length) break
    const content = bytes.toString("utf8", end + 1, next - 1)
    lines += `${oid}\t${content.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r")}\n`
    at = next
  }
  return { lines, used: at }
}
