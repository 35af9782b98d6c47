import { Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { type HttpAsk, sendRequest, type Where } from "../http/sendRequest.ts"

/** @category options */
export interface GitHubAsk extends Pick<HttpAsk, "method" | "url" | "query" | "body"> {
  readonly token: Redacted.Redacted
}

/** In the version of the API that all of this is written for: GitHub keeps it for two years after there is a next one. */
export const gitHubHeaders = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" }

export const bearer = (token: Redacted.Redacted): Redacted.Redacted => Redacted.make(`Bearer ${Redacted.value(token)}`)

/** One request, past the gate. */
export const sendToGitHub = (client: HttpClient.HttpClient, { token, ...ask }: GitHubAsk, where: Where) =>
  sendRequest(client, { ...ask, headers: gitHubHeaders, authorization: bearer(token) }, where)
