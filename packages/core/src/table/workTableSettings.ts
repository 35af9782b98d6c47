/**
 * How Postgres is to store and to clean a work table. drizzle's schemas cannot
 * say it, so it is SQL for a migration of your own:
 *
 * ```ts
 * console.log(workTableSettings("thumbnails")) // into the file that `drizzle-kit generate --custom` makes
 * ```
 *
 * The defaults are made for tables whose rows stay as they are, and a record is
 * written three times within a short life.
 */
const settings: ReadonlyArray<readonly [name: string, value: string, why: string]> = [
  [
    "fillfactor",
    "70",
    "Room in each page for the versions that a claim and a completion write: they stay where the row is."
  ],
  [
    "autovacuum_vacuum_scale_factor",
    "0.01",
    "Each record leaves two dead versions. A fifth of a table that keeps its finished records is never dead."
  ],
  ["autovacuum_vacuum_threshold", "1000", "And no table is too small to be cleaned."],
  ["autovacuum_vacuum_cost_delay", "0", "Without rests: a vacuum that is slower than the queue never ends."],
  [
    "autovacuum_vacuum_insert_threshold",
    "-1",
    "Not for inserts: every record is updated soon, and cleaned up after then."
  ],
  ["autovacuum_analyze_scale_factor", "0.02", "Statistics of a queue are old after minutes."],
  ["autovacuum_analyze_threshold", "1000", ""],
  [
    "vacuum_truncate",
    "false",
    "Empty pages at the end are soon full again; to give them back takes a lock that stops the queue."
  ]
]

/**
 * The statement, with its reasons as comments. Rows that are there already stay as they are until they are written.
 *
 * @category constructors
 */
export const workTableSettings = (table: string, schema?: string): string => {
  const name = [...(schema === undefined ? [] : [schema]), table].map((part) => `"${part.replaceAll('"', '""')}"`)
  const lines = settings.flatMap(([setting, value, why], index) => [
    ...(why === "" ? [] : [`  -- ${why}`]),
    `  ${setting} = ${value}${index < settings.length - 1 ? "," : ""}`
  ])
  return [`ALTER TABLE ${name.join(".")} SET (`, ...lines, ");"].join("\n")
}
