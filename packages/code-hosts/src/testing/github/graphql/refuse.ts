import { GraphQLError } from "graphql"

/** An error as GitHub's GraphQL gives them: with a type beside its words. */
export const refuse = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

export const notResolved = (what: string): GraphQLError => refuse("NOT_FOUND", `Could not resolve to ${what}.`)
