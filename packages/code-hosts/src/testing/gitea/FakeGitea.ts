/**
 * Gitea as tests meet it: its API and git over one forge.
 */
import type { IncomingMessage } from "node:http"
import { Forge, serve } from "../forge/index.ts"
import { answer } from "./answer.ts"
import { failed } from "./refusals.ts"

/** @category models */
export interface FakeGitea {
  readonly forge: Forge
  /** Git is at `${url}/acme/billing.git`, the API at `${url}/api/v1`. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** @category options */
export interface FakeGiteaOptions {
  /** Refuses fields that Gitea would ignore. Defaults to true. */
  readonly strict?: boolean | undefined
}

/** @category constructors */
export const makeFakeGitea = async ({ strict = true }: FakeGiteaOptions = {}): Promise<FakeGitea> => {
  const forge = await Forge.make()
  const served = await serve(forge, (url) => ({
    answer: (request) => answer(forge, url, strict, request),
    // a proxy's: Gitea has no limits of its own
    refuse: ({ seconds }) => ({
      ...failed(429, "Too Many Requests"),
      headers: seconds === undefined ? {} : { "Retry-After": String(seconds) }
    }),
    tokenOf,
    gitAt: (path) => {
      const found = /^\/([^/]+\/[^/]+?)(?:\.git)?(\/info\/refs|\/git-(?:upload|receive)-pack)$/.exec(path)
      return found?.[1] === undefined ? undefined : { name: found[1], rest: found[2] ?? "" }
    },
    archivedText:
      "This repo is archived. You can view files and clone it, but cannot push or open issues/pull-requests."
  }))
  const close = async () => {
    await served.close()
    await forge.dispose()
  }
  return { forge, url: served.url, close }
}

/** `token` and `Bearer` for the API; `Basic`, with the token as password, for git. */
const tokenOf = ({ authorization = "" }: IncomingMessage["headers"]): string | undefined => {
  const [scheme = "", credentials = ""] = authorization.split(" ")
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, "base64").toString().split(":").slice(1).join(":")
  return credentials === "" ? undefined : credentials
}
