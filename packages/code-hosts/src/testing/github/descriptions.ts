/**
 * The published descriptions, and what they say of an operation.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = new URL("../../../descriptions/github/", import.meta.url)

export const openApiPath = fileURLToPath(new URL("openapi.json", folder))
export const graphqlPath = fileURLToPath(new URL("graphql.json", folder))

interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
}
interface JsonSchema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly oneOf?: ReadonlyArray<JsonSchema>
  readonly anyOf?: ReadonlyArray<JsonSchema>
}
interface Operation {
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

let description: Description | undefined
const read = (): Description => (description ??= JSON.parse(readFileSync(openApiPath, "utf8")) as Description)

const follow = <A extends { readonly $ref?: string }>(value: A): A => {
  if (value.$ref === undefined) return value
  const [, , kind = "", name = ""] = value.$ref.split("/")
  return read().components[kind]?.[name] as A
}

/** All of them: `GET /repos/{owner}/{repo}`. */
export const operationNames = (): ReadonlyArray<string> =>
  Object.entries(read().paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  )

/** The one that is asked for. */
export const operationName = (method: string, path: string): string | undefined => {
  const parts = path.split("/")
  const found = operationNames()
    .filter((name) => {
      const template = name.slice(name.indexOf(" ") + 1).split("/")
      return (
        name.startsWith(`${method} `) &&
        template.length === parts.length &&
        template.every((part, at) => part.startsWith("{") || part === parts[at])
      )
    })
    // the one that names more is meant
    .toSorted((one, other) => one.split("{").length - other.split("{").length)
  return found[0]
}

const operationAt = (method: string, path: string): Operation | undefined => {
  const [, template = ""] = operationName(method, path)?.split(" ") ?? []
  return read().paths[template]?.[method.toLowerCase()]
}

const namesIn = (schema: JsonSchema): ReadonlyArray<string> => {
  const { anyOf = [], oneOf = [], properties = {} } = follow(schema)
  return [...Object.keys(properties), ...[...oneOf, ...anyOf].flatMap(namesIn)]
}

/**
 * What is in a request and not in the description: GitHub ignores it, so whoever sent it is mistaken and would never
 * know. `undefined`: there is no such operation.
 */
export const unknownIn = (
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown
): ReadonlyArray<string> | undefined => {
  const operation = operationAt(method, path)
  if (operation === undefined) return undefined
  const parameters = (operation.parameters ?? []).map(follow).filter((parameter) => parameter.in === "query")
  const queryNames = new Set(parameters.map(({ name }) => name))
  const content = operation.requestBody?.content["application/json"]
  const bodyNames = new Set(content === undefined ? [] : namesIn(content.schema))
  const sent = typeof body === "object" && body !== null && !Array.isArray(body) ? Object.keys(body) : []
  return [
    ...[...query.keys()].filter((name) => !queryNames.has(name)).map((name) => `query ${name}`),
    ...sent.filter((name) => !bodyNames.has(name)).map((name) => `body ${name}`)
  ]
}
