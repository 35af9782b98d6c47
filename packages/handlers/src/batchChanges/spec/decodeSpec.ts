/**
 * Decodes a batch spec, and says of everything that does not fit where it is and what may stand there. Pure.
 */
import { Result, Schema, SchemaAST, SchemaIssue } from "effect"
import { BatchSpec } from "./BatchSpec.ts"
import type { Found } from "./Found.ts"

const decode = Schema.decodeUnknownResult(BatchSpec, { errors: "all", onExcessProperty: "error" })

export const decodeSpec = (value: unknown): Result.Result<BatchSpec, ReadonlyArray<Found>> =>
  Result.mapError(decode(value), ({ issue }) =>
    format(meant(issue)).issues.map(({ message, path = [] }) => ({
      path: path.map((part) => {
        const key = typeof part === "object" ? part.key : part
        return typeof key === "symbol" ? String(key) : key
      }),
      message
    }))
  )

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    if (issue._tag === "MissingKey") return "it is missing"
    if (issue._tag !== "UnexpectedKey" || !SchemaAST.isObjects(issue.ast)) return SchemaIssue.defaultLeafHook(issue)
    const names = issue.ast.propertySignatures.map(({ name }) => String(name))
    return `there is no such field: there are ${names.join(", ")}`
  }
})

/** Of what can be one of several, the one that was meant is told of alone: the one of which least is missing. */
const meant = (issue: SchemaIssue.Issue): SchemaIssue.Issue => {
  switch (issue._tag) {
    case "Pointer":
      return new SchemaIssue.Pointer(issue.path, meant(issue.issue))
    case "Composite": {
      const [first, ...others] = issue.issues
      return new SchemaIssue.Composite(issue.ast, [meant(first), ...others.map(meant)])
    }
    case "AnyOf": {
      const [first, ...others] = issue.issues.map(meant)
      return first === undefined
        ? issue
        : others.reduce((nearest, other) => (misses(other) < misses(nearest) ? other : nearest), first)
    }
    default:
      return issue
  }
}

const misses = (issue: SchemaIssue.Issue): number => format(issue).issues.length
