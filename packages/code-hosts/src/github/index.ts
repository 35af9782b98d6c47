/**
 * GitHub as a code host.
 *
 * @since 0.1.0
 */
export { authOf } from "./authOf.ts"
export { makeGitHubCredentialValidator } from "./credentialValidator.ts"
export { addressesOf, gitHubAbilities, gitHubDotCom, type GitHubOptions, gitHubServer, makeGitHub } from "./github.ts"
export type { GitHubAddresses } from "./GitHubApi.ts"
export { pullRequestAtUrl } from "./pullRequestAtUrl.ts"
export { readGitHubWebhook } from "./readWebhook.ts"
export { appAuth, type GitHubApp, type GitHubAuth, tokenAuth } from "./GitHubAuth.ts"
