/**
 * Keeps some operations of an OpenAPI description, and what these refer to. Words for people go; rules stay.
 */
type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
type JsonObject = { readonly [key: string]: Json }

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Below these the keys are names that somebody chose, `description` among them. */
const named = new Set(["properties", "responses", "headers", "schemas", "parameters", "paths", "content"])
const forPeople = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "x-github",
  "tags",
  "x-multi-segment"
])

const strip = (value: Json, within: string | undefined): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => strip(item, undefined))
  if (!isObject(value)) return value
  const names = within !== undefined && named.has(within)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      !names && forPeople.has(key)
        ? // a response must say something
          key === "description" && typeof inner === "string" && ("content" in value || "headers" in value)
          ? [[key, ""]]
          : []
        : [[key, strip(inner, names ? undefined : key)]]
    )
  )
}

const references = (value: Json, found: Set<string>): void => {
  if (Array.isArray(value)) for (const item of value) references(item as Json, found)
  else if (isObject(value)) {
    if (typeof value["$ref"] === "string") found.add(value["$ref"])
    for (const inner of Object.values(value)) references(inner, found)
  }
}

/** @param operations `GET /repos/{owner}/{repo}`, … */
export const pruneOpenApi = (description: JsonObject, operations: ReadonlyArray<string>): JsonObject => {
  const all = description["paths"] as { readonly [path: string]: JsonObject }
  const paths: Record<string, Record<string, Json>> = {}
  for (const name of operations) {
    const [method = "", path = ""] = name.split(" ")
    const operation = all[path]?.[method.toLowerCase()]
    if (operation === undefined) throw new Error(`The published description has no ${name}`)
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }

  const components: Record<string, Record<string, Json>> = {}
  const pending: Array<Json> = [paths]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const found = new Set<string>()
    references(strip(next, undefined), found)
    for (const reference of found) {
      const [, , kind = "", name = ""] = reference.split("/")
      // examples are for people
      if (kind === "examples" || components[kind]?.[name] !== undefined) continue
      const component = (description["components"] as { readonly [kind: string]: JsonObject })[kind]?.[name]
      if (component === undefined) throw new Error(`The published description has no ${reference}`)
      components[kind] = { ...components[kind], [name]: component }
      pending.push(component)
    }
  }
  const { info, openapi } = description as { readonly info: JsonObject; readonly openapi: Json }
  const { license = null, title = null, version = null } = info
  return {
    openapi,
    info: { title, version, license },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [method, withDescriptions(strip(operation, undefined))])
        )
      ])
    ),
    components: Object.fromEntries(
      Object.entries(components).map(([kind, inner]) => [
        kind,
        strip(inner, kind === "examples" ? undefined : "schemas")
      ])
    )
  }
}

/** OpenAPI demands one of each response. */
const withDescriptions = (operation: Json): Json => {
  if (!isObject(operation) || !isObject(operation["responses"])) return operation
  const responses = Object.entries(operation["responses"]).map(([status, response]) => [
    status,
    isObject(response) && !("$ref" in response) ? { description: "", ...response } : response
  ])
  return { ...operation, responses: Object.fromEntries(responses) as JsonObject }
}
