import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql"
import { readFileSync } from "node:fs"
import { graphqlPath } from "../descriptions.ts"

let schema: GraphQLSchema | undefined

/** The part of GitHub's published schema that is kept. What is valid in it is valid in the whole. */
export const publishedSchema = (): GraphQLSchema =>
  (schema ??= buildClientSchema(JSON.parse(readFileSync(graphqlPath, "utf8")) as IntrospectionQuery))
