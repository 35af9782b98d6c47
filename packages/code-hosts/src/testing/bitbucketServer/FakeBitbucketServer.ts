/**
 * Bitbucket Data Center as tests meet it: its REST and git over one forge.
 */
import type { IncomingMessage } from "node:http"
import { Forge, serve } from "../forge/index.ts"
import { answer } from "./answer.ts"
import { failed } from "./refusals.ts"
import { renderWebhook } from "./webhooks.ts"

/** @category models */
export interface FakeBitbucketServer {
  readonly forge: Forge
  /** Git is at `${url}/scm/acme/billing.git`, the API at `${url}/rest/api/latest`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** @category options */
export interface FakeBitbucketServerOptions {
  /** Refuses fields that Bitbucket would ignore. Defaults to true. */
  readonly strict?: boolean | undefined
  /** Defaults to `8.19.1`. Before 8.18 it has no drafts. */
  readonly version?: string | undefined
  /** Says with a refusal no more than it must, and looks at the state before the version. Defaults to no. */
  readonly sparse?: boolean | undefined
}

/** @category constructors */
export const makeFakeBitbucketServer = async ({
  sparse = false,
  strict = true,
  version = "8.19.1"
}: FakeBitbucketServerOptions = {}): Promise<FakeBitbucketServer> => {
  const forge = await Forge.make()
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const drafts = major > 8 || (major === 8 && minor >= 18)
  const served = await serve(forge, (url) => ({
    answer: (request) => answer(forge, { strict, sparse, version, drafts, url }, request),
    refuse: ({ seconds }) => ({
      ...failed(429, "You are not permitted to access this resource", "RateLimitExceededException"),
      headers: seconds === undefined ? {} : { "Retry-After": String(seconds) }
    }),
    tokenOf: tokenOf(forge),
    gitAt: (path) => {
      const found = /^\/scm\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-(?:upload|receive)-pack)$/.exec(path)
      return found?.[1] === undefined ? undefined : { name: found[1], rest: found[2] ?? "" }
    },
    archivedText: "The repository is archived and cannot be pushed to."
  }))
  forge.hooks.renderWith(renderWebhook(forge, () => served.url))
  const close = async () => {
    await served.close()
    await forge.dispose()
  }
  return { forge, url: served.url, close }
}

/** A token alone, or in the place of the password of the user whose it is. */
const tokenOf =
  (forge: Forge) =>
  ({ authorization = "" }: IncomingMessage["headers"]): string | undefined => {
    const [scheme = "", credentials = ""] = authorization.split(" ")
    if (/^bearer$/i.test(scheme)) return credentials
    if (!/^basic$/i.test(scheme)) return undefined
    const proof = Buffer.from(credentials, "base64").toString()
    const [user, token] = [proof.slice(0, proof.indexOf(":")), proof.slice(proof.indexOf(":") + 1)]
    return forge.tokens.get(token)?.user.login === user ? token : "somebody else's"
  }
