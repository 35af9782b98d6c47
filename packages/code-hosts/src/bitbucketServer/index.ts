/**
 * Bitbucket Server and Data Center as a code host.
 *
 * @since 0.1.0
 */
export { bitbucketServerAbilities } from "./abilitiesOf.ts"
export {
  bitbucketServer,
  type BitbucketServerAddresses,
  type BitbucketServerOptions,
  bitbucketServerVersion,
  makeBitbucketServer
} from "./bitbucketServer.ts"
export { type BitbucketServerAuth, bitbucketServerAuthOf } from "./BitbucketServerAuth.ts"
export { makeBitbucketServerCredentialValidator } from "./credentialValidator.ts"
export { bitbucketServerPullRequestAtUrl } from "./pullRequestAtUrl.ts"
export { readBitbucketServerWebhook } from "./readWebhook.ts"
