/**
 * The plan of a store's statement, by running it for real and undoing it.
 */
import { fillPlaceholders, type SQLWrapper } from "drizzle-orm"
import { PgDialect } from "drizzle-orm/pg-core"
import { Effect } from "effect"
import { Database } from "../../src/index.ts"
import { execute } from "./createTable.ts"

/** A node of what EXPLAIN prints as JSON. */
interface Node {
  readonly "Node Type": string
  readonly "Index Name"?: string
  readonly "Parent Relationship"?: string
  readonly "Shared Hit Blocks": number
  readonly "Shared Read Blocks": number
  readonly Plans?: ReadonlyArray<Node>
}

export interface Plan {
  /** Types of all nodes, from the top. */
  readonly nodes: ReadonlyArray<string>
  /** Names of the indexes that are walked. */
  readonly indexes: ReadonlyArray<string>
  /** Pages that were looked at. */
  readonly buffers: number
}

export interface PlanOptions {
  readonly values?: Readonly<Record<string, unknown>>
  /** Whether Postgres plans for these values, or once for all. It decides by itself after five executions. */
  readonly mode: "force_custom_plan" | "force_generic_plan"
}

export const planOf = Effect.fnUntraced(function* (statement: SQLWrapper, { mode, values = {} }: PlanOptions) {
  const { begin } = yield* Database
  const { params, sql } = new PgDialect().sqlToQuery(statement.getSQL())
  const literals = fillPlaceholders(params, values).map(literal)
  const transaction = yield* begin
  const [row] = yield* transaction.use(
    execute(`prepare planned as ${sql}`).pipe(
      Effect.andThen(execute(`set local plan_cache_mode = ${mode}`)),
      Effect.andThen(
        execute(
          `explain (analyze, buffers, format json) execute planned${literals.length === 0 ? "" : `(${literals.join(", ")})`}`
        )
      ),
      Effect.tap(execute("deallocate planned"))
    )
  )
  const [{ Plan: top }] = row!["QUERY PLAN"] as [{ readonly Plan: Node }]
  return read(top)
}, Effect.scoped)

const read = (top: Node): Plan => {
  const all: Array<Node> = []
  const visit = (node: Node): void => {
    all.push(node)
    node.Plans?.forEach(visit)
  }
  visit(top)
  return {
    nodes: all.map((node) => node["Node Type"]),
    indexes: all.flatMap((node) => node["Index Name"] ?? []),
    // a CTE that writes runs after the top node has ended, and is not counted there
    buffers: all
      .filter(
        (node) => node === top || (node["Node Type"] === "ModifyTable" && node["Parent Relationship"] === "InitPlan")
      )
      .reduce((sum, node) => sum + node["Shared Hit Blocks"] + node["Shared Read Blocks"], 0)
  }
}

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return "null"
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  if (Array.isArray(value)) return `'{${value.map((each) => (each === null ? "NULL" : `"${each}"`)).join(",")}}'`
  return `'${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("'", "''")}'`
}
