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

const operationAt = (method: string, path: string): Operation | undefined => {
  const parts = path.split("/")
  const found = Object.entries(read().paths)
    .filter(([template, operations]) => {
      const named = template.split("/")
      // a reference has slashes of its own
      const open = named.at(-1) === "{ref}" && parts.length >= named.length
      return (
        Object.hasOwn(operations, method.toLowerCase()) &&
        (open || named.length === parts.length) &&
        named.every((part, at) => part.startsWith("{") || part === parts[at])
      )
    })
    // the one that names more is meant
    .toSorted(([one], [other]) => one.split("{").length - other.split("{").length)[0]
  return found?.[1][method.toLowerCase()]
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
