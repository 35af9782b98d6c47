/**
 * A GitLab for tests.
 *
 * @since 0.1.0
 */
export { type FakeGitLab, makeFakeGitLab } from "./FakeGitLab.ts"
