/**
 * GitHub for tests: a fake over real repositories, held to the published descriptions.
 *
 * @since 0.1.0
 */
export { graphqlPath, openApiPath, unknownIn } from "./descriptions.ts"
export { type FakeGitHub, type FakeGitHubOptions, makeFakeGitHub } from "./FakeGitHub.ts"
export { publishedSchema } from "./graphql/schema.ts"
export { type Judge, startJudge } from "./judge.ts"
export type { FakeApp } from "./rest/apps.ts"
