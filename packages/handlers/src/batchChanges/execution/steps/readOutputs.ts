/**
 * The outputs of a step, from what it wrote. Pure.
 */
import { parse } from "yaml"
import type { Step } from "../../spec/BatchSpec.ts"
import { TemplateProblem } from "../../template/Expression.ts"
import { render, type Scope } from "../../template/render.ts"
import { jsonSafe } from "./jsonSafe.ts"
import { Unrendered } from "./renderStep.ts"

type Outputs = NonNullable<Step["outputs"]>
type Format = NonNullable<Outputs[string]["format"]>

/** In characters of JSON. YAML can say a lot with few. */
const LONGEST = 1024 * 1024

export const readOutputs = (outputs: Outputs, scope: Scope): Readonly<Record<string, unknown>> | Unrendered => {
  const values: Array<readonly [name: string, value: unknown]> = []
  for (const [name, { format = "text", value }] of Object.entries(outputs)) {
    const text = render(value, scope)
    if (text instanceof TemplateProblem) return new Unrendered(`outputs.${name}.value`, text.message)
    const read = readAs(format, text)
    if (read instanceof NotReadable) return new Unrendered(`outputs.${name}`, read.reason)
    values.push([name, read])
  }
  return Object.fromEntries(values)
}

class NotReadable {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

const readAs = (format: Format, text: string): unknown => {
  try {
    const value = jsonSafe(
      format === "json" ? JSON.parse(text) : format === "yaml" ? parse(text, { maxAliasCount: 100 }) : text
    )
    return JSON.stringify(value).length > LONGEST ? new NotReadable(`it is longer than ${LONGEST} characters`) : value
  } catch (error) {
    return new NotReadable(
      `it is no ${format.toUpperCase()}: ${error instanceof Error ? error.message : String(error)}`
    )
  }
}
