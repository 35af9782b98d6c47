/**
 * Fills in the templates of a step. Pure.
 */
import type { Step } from "../../spec/BatchSpec.ts"
import { TemplateProblem } from "../../template/Expression.ts"
import { holds, render, type Scope } from "../../template/render.ts"
import { brokenFileName } from "./fileNames.ts"

/** All that a step does depends on these, and on the tree that it finds. */
export interface RenderedStep {
  readonly run: string
  readonly env: Readonly<Record<string, string>>
  /** By their names, below one folder. */
  readonly files: Readonly<Record<string, string>>
}

/** A template of a step that cannot be filled in. */
export class Unrendered {
  readonly field: string
  readonly reason: string
  constructor(field: string, reason: string) {
    this.field = field
    this.reason = reason
  }
}

/** Undefined: its condition does not hold. */
export const renderStep = (step: Step, scope: Scope): RenderedStep | Unrendered | undefined => {
  const wanted = holds(step.if ?? true, scope)
  if (wanted instanceof TemplateProblem) return new Unrendered("if", wanted.message)
  if (!wanted) return undefined
  const run = render(step.run, scope)
  if (run instanceof TemplateProblem) return new Unrendered("run", run.message)
  const env = renderAll("env", step.env ?? {}, scope)
  if (env instanceof Unrendered) return env
  const files = renderAll("files", step.files ?? {}, scope)
  return files instanceof Unrendered ? files : { run, env, files }
}

const renderAll = (
  field: "env" | "files",
  templates: Readonly<Record<string, string>>,
  scope: Scope
): Readonly<Record<string, string>> | Unrendered => {
  const rendered: Array<readonly [name: string, value: string]> = []
  for (const [name, template] of Object.entries(templates)) {
    const value = render(template, scope)
    if (value instanceof TemplateProblem) return new Unrendered(`${field}.${name}`, value.message)
    if (field === "env" && value.includes("\0")) {
      return new Unrendered(`env.${name}`, "it has a NUL in it, which no variable can hold")
    }
    const broken = field === "files" ? brokenFileName(name) : undefined
    if (broken !== undefined) return new Unrendered(`files.${name}`, broken)
    rendered.push([name, value])
  }
  return Object.fromEntries(rendered)
}
