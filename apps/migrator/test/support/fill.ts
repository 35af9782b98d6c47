/**
 * Puts rows into every table of a database, whatever its release: by what the catalog says of columns, references and
 * the simple checks. What only the author of a table knows is in `special`.
 */
import type { Query } from "./migrator.ts"

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly udt: string
  readonly hasDefault: boolean
  readonly nullable: boolean
}

/** Values, as SQL, for columns that a check ties to others. */
const special: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  code_blobs: { content: "'const x = 1'" },
  changeset_specs: { diff: "'diff'" }
}

/** How many rows a table gets; all different. */
const ROWS = 3

export const fill = async (query: Query): Promise<void> => {
  const columns = await readColumns(query)
  const references = await readReferences(query)
  const allowed = await readAllowed(query)
  const enums = await readEnums(query)
  // what may be null is left null, so that tables may refer to one another in a circle
  const needed = columns.filter(({ nullable }) => !nullable).map(({ name, table }) => `${table}.${name}`)
  const tables = inOrder(
    [...new Set(columns.map(({ table }) => table))],
    new Map([...references].filter(([column]) => needed.includes(column)))
  )
  for (const table of tables) {
    for (let row = 1; row <= ROWS; row++) {
      const given = columns.filter(
        (column) =>
          column.table === table &&
          (special[table]?.[column.name] !== undefined ||
            (!column.nullable && (!column.hasDefault || references.has(`${table}.${column.name}`))))
      )
      const values = given.map((column) => {
        const key = `${table}.${column.name}`
        const target = references.get(key)
        if (target !== undefined) {
          return `(select "${target.column}" from "${target.table}" order by 1 offset ${row - 1} limit 1)`
        }
        return special[table]?.[column.name] ?? allowed.get(key) ?? enums.get(column.udt) ?? valueOf(column, row)
      })
      const into = given.map(({ name }) => `"${name}"`).join()
      await query(
        given.length === 0
          ? `insert into "${table}" default values`
          : `insert into "${table}" (${into}) values (${values.join()})`
      )
    }
  }
}

const valueOf = ({ type }: Column, row: number): string => {
  if (/int|numeric|double|real/.test(type)) return String(row)
  if (type === "boolean") return "false"
  if (type.startsWith("timestamp") || type === "date") return "now()"
  if (type.startsWith("json")) return `'{}'`
  if (type === "ARRAY") return `'{}'`
  if (type === "bytea") return `'\\x0${row}'`
  if (type === "uuid") return "gen_random_uuid()"
  if (type === "interval") return "interval '1 hour'"
  return `'v${row}'`
}

const readColumns = async (query: Query): Promise<ReadonlyArray<Column>> =>
  (
    await query(`
      select c.table_name, c.column_name, c.data_type, c.udt_name, c.is_nullable = 'YES' as nullable,
        c.column_default is not null or c.is_identity = 'YES' or c.is_generated = 'ALWAYS' as has_default
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where table_schema = 'public' and t.table_type = 'BASE TABLE' order by c.table_name, c.ordinal_position`)
  ).map((row) => ({
    table: String(row["table_name"]),
    name: String(row["column_name"]),
    type: String(row["data_type"]),
    udt: String(row["udt_name"]),
    nullable: row["nullable"] === true,
    hasDefault: row["has_default"] === true
  }))

type References = ReadonlyMap<string, { readonly table: string; readonly column: string }>

const readReferences = async (query: Query): Promise<References> => {
  const rows = await query(`
    select c.conrelid::regclass::text as table, a.attname as name, c.confrelid::regclass::text as target, b.attname as column
    from pg_constraint c
    cross join lateral unnest(c.conkey, c.confkey) as k(own, theirs)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
    join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.theirs
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace`)
  return new Map(
    rows.map((row) => [
      `${String(row["table"])}.${String(row["name"])}`,
      { table: String(row["target"]), column: String(row["column"]) }
    ])
  )
}

/** The first of the values that a check lists for a column. */
const readAllowed = async (query: Query): Promise<ReadonlyMap<string, string>> => {
  const rows = await query(`
    select c.conrelid::regclass::text as table, a.attname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'c' and cardinality(c.conkey) = 1 and c.connamespace = 'public'::regnamespace`)
  return new Map(
    rows.flatMap((row) => {
      const first = /ARRAY\[('(?:[^']|'')*')/.exec(String(row["definition"]))?.[1]
      return first === undefined ? [] : [[`${String(row["table"])}.${String(row["name"])}`, first] as const]
    })
  )
}

const readEnums = async (query: Query): Promise<ReadonlyMap<string, string>> => {
  const rows = await query(`
    select t.typname as name, min(e.enumlabel) as label from pg_enum e join pg_type t on t.oid = e.enumtypid group by 1`)
  return new Map(rows.map((row) => [String(row["name"]), `'${String(row["label"])}'`]))
}

/** Tables after those that they refer to. A table may refer to itself. */
const inOrder = (tables: ReadonlyArray<string>, references: References): ReadonlyArray<string> => {
  const needs = (table: string) =>
    [...references].filter(([from]) => from.startsWith(`${table}.`)).map(([, target]) => target.table)
  const done = new Set<string>()
  while (done.size < tables.length) {
    const next = tables.filter(
      (table) => !done.has(table) && needs(table).every((other) => other === table || done.has(other))
    )
    if (next.length === 0) throw new Error(`Tables refer to one another in a circle: fill them in \`special\``)
    for (const table of next) done.add(table)
  }
  return [...done]
}
