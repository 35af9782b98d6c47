/** How Postgres runs a statement that asks and does not write. */
import { Database, type Drizzle } from "@drover/core"
import { fillPlaceholders, sql, type SQLWrapper } from "drizzle-orm"
import { PgDialect } from "drizzle-orm/pg-core"
import { Effect } from "effect"

interface Node {
  readonly "Node Type": string
  readonly "Index Name"?: string
  readonly "Shared Hit Blocks": number
  readonly "Shared Read Blocks": number
  readonly Plans?: ReadonlyArray<Node>
}

export const execute = (statement: string) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.execute(sql.raw(statement))),
      (rows): ReadonlyArray<Record<string, unknown>> => [...rows]
    )
  )

/**
 * With the values that the query has: once for these, and once for any, as Postgres does after five executions.
 * `unsorted`: it sorts only if nothing else gives the order, however cheap sorting were.
 */
export const planOf = Effect.fnUntraced(function* (
  query: (db: Drizzle) => SQLWrapper,
  mode: "force_custom_plan" | "force_generic_plan",
  { unsorted = false } = {}
) {
  const { db, transaction } = yield* Database
  const statement = new PgDialect().sqlToQuery(query(db).getSQL())
  const values = fillPlaceholders(statement.params, {}).map(literal)
  const [row] = yield* transaction(
    Effect.gen(function* () {
      yield* execute(`set local plan_cache_mode = ${mode}`)
      if (unsorted) yield* execute("set local enable_sort = off")
      yield* execute(`prepare planned as ${statement.sql}`)
      const explained = yield* execute(`explain (analyze, buffers, format json) execute planned(${values.join(", ")})`)
      yield* execute("deallocate planned")
      return explained
    })
  )
  const [{ Plan: top }] = row!["QUERY PLAN"] as [{ readonly Plan: Node }]
  const nodes: Array<Node> = []
  const visit = (node: Node): void => {
    nodes.push(node)
    node.Plans?.forEach(visit)
  }
  visit(top)
  return {
    scans: nodes.map((node) => node["Node Type"]).filter((type) => type.includes("Scan") || type.endsWith("Sort")),
    indexes: nodes.flatMap((node) => node["Index Name"] ?? []),
    buffers: top["Shared Hit Blocks"] + top["Shared Read Blocks"]
  }
})

const literal = (value: unknown): string => {
  if (typeof value === "number") return String(value)
  return `'${(Array.isArray(value) ? `{${value.join(",")}}` : String(value)).replaceAll("'", "''")}'`
}
