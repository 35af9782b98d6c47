import { Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { type HttpAsk, sendRequest } from "../http/sendRequest.ts"

/** @category options */
export interface GitHubAsk extends Pick<HttpAsk, "method" | "url" | "query" | "body"> {
  readonly token: Redacted.Redacted
}

/** What GitHub promises to keep for two years after there is a next one. */
export const API_VERSION = "2022-11-28"

/** One request, in the version of the API that all of this is written for. */
export const sendToGitHub = (
  client: HttpClient.HttpClient,
  { token, ...ask }: GitHubAsk,
  where: { readonly host: string; readonly repository: string }
) => {
  const headers = { accept: "application/vnd.github+json", "x-github-api-version": API_VERSION }
  return sendRequest(
    client,
    { ...ask, headers, authorization: Redacted.make(`Bearer ${Redacted.value(token)}`) },
    where
  )
}
