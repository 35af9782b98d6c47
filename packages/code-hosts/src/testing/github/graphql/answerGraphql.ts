/**
 * Answers GraphQL by the published schema: what is not in it is refused, and so is an answer that does not fit it.
 */
import { graphql, type GraphQLFormattedError } from "graphql"
import type { Forge, HostReply, HostRequest } from "../../forge/index.ts"
import { badCredentials } from "../refusals.ts"
import { rootOf } from "./root.ts"
import { publishedSchema } from "./schema.ts"

interface Document {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | null
  readonly operationName?: string | null
}

export const answerGraphql = async (forge: Forge, api: string, request: HostRequest): Promise<HostReply> => {
  const token = forge.authenticate(request.token)
  if (token === undefined) return badCredentials
  const { operationName = null, query, variables = null } = JSON.parse(request.body) as Document
  const { data, errors } = await graphql({
    schema: publishedSchema(),
    source: query,
    rootValue: rootOf({ forge, api, token }),
    variableValues: variables,
    operationName,
    fieldResolver: (source: unknown, args, context, info) => {
      const value = (source as Readonly<Record<string, unknown>>)[info.fieldName]
      return typeof value === "function"
        ? (value as (...all: ReadonlyArray<unknown>) => unknown)(args, context, info)
        : value
    }
  })
  const body = {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(format) })
  }
  return { status: 200, body }
}

const format = (error: { toJSON(): GraphQLFormattedError }) => {
  const { extensions, locations, message, path } = error.toJSON()
  const type: unknown = extensions?.["type"]
  return { ...(typeof type === "string" ? { type } : {}), path, locations, message }
}
