/**
 * GitLab as a code host.
 *
 * @since 0.1.0
 */
export { makeGitLabCredentialValidator } from "./credentialValidator.ts"
export {
  gitLabAbilities,
  type GitLabAddresses,
  type GitLabOptions,
  gitLabServer,
  type GitLabVersion,
  makeGitLab
} from "./gitlab.ts"
export { type GitLabAuth, gitLabAuthOf } from "./GitLabAuth.ts"
export { readGitLabWebhook } from "./readWebhook.ts"
