/**
 * Whether the files in the folder of migrations belong together, as a merge may have left them otherwise.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"

interface Entry {
  readonly idx: number
  readonly when: number
  readonly tag: string
}

export interface MigrationFolder {
  readonly entries: ReadonlyArray<Entry>
  /** Names of the files with SQL, without their ending. */
  readonly scripts: ReadonlyArray<string>
  /** By the number at the start of their names. */
  readonly snapshots: ReadonlyMap<number, { readonly id: string; readonly prevId: string }>
}

/** Undefined: it has no journal. */
export const readMigrationFolder = (folder: string): MigrationFolder | undefined => {
  const journal = join(folder, "meta/_journal.json")
  if (!existsSync(journal)) return undefined
  const { entries } = JSON.parse(readFileSync(journal, "utf8")) as { readonly entries: ReadonlyArray<Entry> }
  const snapshots = readdirSync(join(folder, "meta"))
    .filter((name) => name.endsWith("_snapshot.json"))
    .map(
      (name) =>
        [
          Number.parseInt(name),
          JSON.parse(readFileSync(join(folder, "meta", name), "utf8")) as {
            readonly id: string
            readonly prevId: string
          }
        ] as const
    )
  return {
    entries,
    scripts: readdirSync(folder)
      .filter((name) => name.endsWith(".sql"))
      .map((name) => basename(name, ".sql")),
    snapshots: new Map(snapshots)
  }
}

/** What is wrong, in the words of whoever has to mend it. */
export const findInconsistencies = ({ entries, scripts, snapshots }: MigrationFolder): ReadonlyArray<string> => {
  const tags = new Set(entries.map(({ tag }) => tag))
  const problems = scripts
    .filter((name) => !tags.has(name))
    .map((name) => `${name}.sql is not in the journal: generate it again with pnpm db:generate, or delete it`)
  for (const [at, { idx, tag, when }] of entries.entries()) {
    const before = entries[at - 1]
    if (!scripts.includes(tag)) problems.push(`${tag} is in the journal, but there is no ${tag}.sql`)
    if (idx !== at || Number.parseInt(tag) !== at) {
      problems.push(`${tag} has number ${idx} in the journal, but is its entry ${at}: renumber it after the merge`)
    }
    if (before !== undefined && when <= before.when) {
      problems.push(`${tag} is no later than ${before.tag}: generate it again on top of it`)
    }
    const snapshot = snapshots.get(at)
    const previous = snapshots.get(at - 1)
    if (snapshot === undefined) problems.push(`${tag} has no snapshot in meta`)
    else if (previous !== undefined && snapshot.prevId !== previous.id) {
      problems.push(`The snapshot of ${tag} does not follow that of ${before?.tag}: generate it again on top of it`)
    }
  }
  return problems
}
