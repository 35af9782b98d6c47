/** Folders of migrations for tests. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { drizzle } from "./migrator.ts"

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "drover-migrations-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** One with these migrations, by name. */
export const folderOf = (migrations: Readonly<Record<string, string>>): string => {
  const folder = temporary()
  mkdirSync(join(folder, "meta"))
  const entries = Object.keys(migrations).map((tag, idx) => ({
    idx,
    version: "7",
    when: idx + 1,
    tag,
    breakpoints: true
  }))
  writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }))
  for (const [tag, script] of Object.entries(migrations)) writeFileSync(join(folder, `${tag}.sql`), script)
  return folder
}

export interface JournalEntry {
  readonly idx: number
  readonly when: number
  readonly tag: string
}

export const journal = (): ReadonlyArray<JournalEntry> =>
  (
    JSON.parse(readFileSync(join(drizzle, "meta/_journal.json"), "utf8")) as {
      readonly entries: ReadonlyArray<JournalEntry>
    }
  ).entries

/** Drover's own up to, and without, entry `count`. */
export const firstMigrations = (count: number): string => {
  const folder = temporary()
  cpSync(drizzle, folder, { recursive: true })
  const whole = JSON.parse(readFileSync(join(folder, "meta/_journal.json"), "utf8")) as { entries: Array<unknown> }
  writeFileSync(
    join(folder, "meta/_journal.json"),
    JSON.stringify({ ...whole, entries: whole.entries.slice(0, count) })
  )
  return folder
}
