/**
 * Bitbucket Data Center as tests meet it.
 *
 * @since 0.1.0
 */
export {
  type FakeBitbucketServer,
  type FakeBitbucketServerOptions,
  makeFakeBitbucketServer
} from "./FakeBitbucketServer.ts"
