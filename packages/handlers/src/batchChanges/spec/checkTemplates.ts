/**
 * Templates that can never be filled in, found before anything runs. Pure.
 */
import { TemplateProblem } from "../template/Expression.ts"
import { parseTemplate } from "../template/parseTemplate.ts"
import { namesIn } from "../template/render.ts"
import type { BatchSpec } from "./BatchSpec.ts"
import type { Found } from "./Found.ts"

type Where = "step" | "output" | "changeset" | "body"

/** What may be named where. */
const names: Readonly<Record<Where, ReadonlyArray<string>>> = {
  step: ["repository", "batch_change", "previous_step", "steps", "outputs"],
  output: ["repository", "batch_change", "previous_step", "steps", "outputs", "step"],
  changeset: ["repository", "batch_change", "steps", "outputs"],
  body: ["repository", "batch_change", "steps", "outputs", "batch_change_link"]
}

export const checkTemplates = (spec: BatchSpec): ReadonlyArray<Found> =>
  templatesOf(spec).flatMap(({ path, source, where }) => {
    const template = parseTemplate(source)
    if (template instanceof TemplateProblem) return [{ path, message: template.message }]
    return namesIn(template).flatMap(([first = ""]) =>
      names[where].includes(first)
        ? []
        : [{ path, message: `there is no \`${first}\` here: there are ${names[where].join(", ")}` }]
    )
  })

interface Placed {
  readonly path: Found["path"]
  readonly source: string
  readonly where: Where
}

const templatesOf = (spec: BatchSpec): ReadonlyArray<Placed> => {
  const all: Array<Placed> = []
  const add = (where: Where, path: Found["path"], source: unknown): void => {
    if (typeof source === "string") all.push({ where, path, source })
  }
  spec.steps?.forEach((step, index) => {
    const at = ["steps", index]
    add("step", [...at, "run"], step.run)
    add("step", [...at, "if"], step.if)
    for (const [name, value] of Object.entries(step.env ?? {})) add("step", [...at, "env", name], value)
    for (const [name, value] of Object.entries(step.files ?? {})) add("step", [...at, "files", name], value)
    for (const [name, { value }] of Object.entries(step.outputs ?? {}))
      add("output", [...at, "outputs", name, "value"], value)
  })
  const template = spec.changesetTemplate
  const at = ["changesetTemplate"]
  add("changeset", [...at, "title"], template?.title)
  add("body", [...at, "body"], template?.body)
  add("changeset", [...at, "branch"], template?.branch)
  add("changeset", [...at, "commit", "message"], template?.commit.message)
  add("changeset", [...at, "commit", "author", "name"], template?.commit.author?.name)
  add("changeset", [...at, "commit", "author", "email"], template?.commit.author?.email)
  spec.transformChanges?.group?.forEach(({ branch }, index) => {
    add("changeset", ["transformChanges", "group", index, "branch"], branch)
  })
  return all
}
