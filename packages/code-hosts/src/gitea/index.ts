/**
 * Gitea and Forgejo as a code host.
 *
 * @since 0.1.0
 */
export { giteaTokenOf } from "./authOf.ts"
export { makeGiteaCredentialValidator } from "./credentialValidator.ts"
export { giteaAbilities, type GiteaAddresses, type GiteaOptions, giteaServer, makeGitea } from "./gitea.ts"
export { readGiteaWebhook } from "./readWebhook.ts"
