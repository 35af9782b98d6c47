/**
 * Gitea as tests meet it.
 *
 * @since 0.1.0
 */
export { type FakeGitea, type FakeGiteaOptions, makeFakeGitea } from "./FakeGitea.ts"
