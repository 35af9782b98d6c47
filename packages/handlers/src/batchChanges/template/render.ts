/**
 * Fills a template in. Pure.
 */
import { type Expression, type Template, TemplateProblem } from "./Expression.ts"
import { functions, print, truthy, type Value } from "./functions.ts"
import { parseTemplate } from "./parseTemplate.ts"

/** What templates may name: nested records, by the parts of a path. */
export type Scope = Readonly<Record<string, unknown>>

/** A name that is not there is a problem and not an empty text: a typing mistake would be proposed to hundreds of repositories. */
export const render = (source: string, scope: Scope): string | TemplateProblem => {
  const template = parseTemplate(source)
  if (template instanceof TemplateProblem) return template
  const parts: Array<string> = []
  for (const part of template) {
    if (typeof part === "string") {
      parts.push(part)
      continue
    }
    const value = evaluate(part, scope)
    if (value instanceof TemplateProblem) return value
    parts.push(print(value))
  }
  return parts.join("")
}

/** Whether a condition holds: one expression by its value, anything else by its text. */
export const holds = (source: string | boolean, scope: Scope): boolean | TemplateProblem => {
  if (typeof source === "boolean") return source
  const template = parseTemplate(source)
  if (template instanceof TemplateProblem) return template
  const [only] = template
  if (template.length === 1 && only !== undefined && typeof only !== "string") {
    const value = evaluate(only, scope)
    return value instanceof TemplateProblem ? value : truthy(value)
  }
  const text = render(source, scope)
  return text instanceof TemplateProblem ? text : text.trim() === "true"
}

/** The first parts of the paths that a template names. */
export const namesIn = (template: Template): ReadonlyArray<ReadonlyArray<string>> =>
  template.flatMap((part) => (typeof part === "string" ? [] : pathsOf(part)))

const pathsOf = (expression: Expression): ReadonlyArray<ReadonlyArray<string>> => {
  if (expression._tag === "Path") return [expression.parts]
  return expression._tag === "Call" ? expression.arguments.flatMap(pathsOf) : []
}

const evaluate = (expression: Expression, scope: Scope): Value | TemplateProblem => {
  switch (expression._tag) {
    case "Literal":
      return expression.value
    case "Path":
      return lookUp(expression.parts, scope)
    case "Call": {
      const values: Array<Value> = []
      for (const argument of expression.arguments) {
        const value = evaluate(argument, scope)
        if (value instanceof TemplateProblem) return value
        values.push(value)
      }
      return functions[expression.name]!.call(...values)
    }
  }
}

const lookUp = (parts: ReadonlyArray<string>, scope: Scope): Value | TemplateProblem => {
  let value: unknown = scope
  for (const [depth, part] of parts.entries()) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      const known = typeof value === "object" && value !== null ? Object.keys(value) : []
      const options = known.length === 0 ? "" : `: there are ${known.join(", ")}`
      return new TemplateProblem(`there is no \`${parts.slice(0, depth + 1).join(".")}\`${options}`)
    }
    value = (value as Record<string, unknown>)[part]
  }
  return (value ?? null) as Value
}
