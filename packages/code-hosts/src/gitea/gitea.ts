/**
 * Gitea and Forgejo as a code host.
 */
import { Effect, type Redacted } from "effect"
import { HttpClient } from "effect/http"
import type { Abilities } from "../Abilities.ts"
import type { CodeHost } from "../CodeHost.ts"
import { serverAt } from "../http/serverAt.ts"
import { openGate, type RequestGate } from "../RequestGate.ts"
import { readConflicts } from "../remote/readConflicts.ts"
import { remoteBranches } from "../remote/remoteBranches.ts"
import { type GitRunnerOptions, makeGitRunner } from "../remote/RemoteGit.ts"
import { closePullRequest, markDraft, markReady, reopenPullRequest, updatePullRequest } from "./changePullRequest.ts"
import { comment, hasComment } from "./comment.ts"
import { createPullRequest } from "./createPullRequest.ts"
import { makeGiteaApi } from "./GiteaApi.ts"
import type { GiteaContext } from "./GiteaContext.ts"
import { label } from "./label.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { merge } from "./merge.ts"
import { validate } from "./validate.ts"

/** @category options */
export interface GiteaAddresses {
  /** `https://gitea.example.com/api/v1` */
  readonly apiUrl: string
  /** Where git is: `https://gitea.example.com`. */
  readonly gitUrl: string
}

/** @category options */
export interface GiteaOptions extends GiteaAddresses {
  readonly token: Redacted.Redacted
  /** Defaults to one that lets all through. */
  readonly gate?: RequestGate | undefined
  readonly git?: GitRunnerOptions | undefined
}

/** @category models */
export const giteaAbilities: Abilities = {
  drafts: true,
  redraft: true,
  reopen: true,
  labels: true,
  mergeMethods: ["merge", "squash", "rebase"],
  idempotentComments: true
}

/** Of a server: `https://gitea.example.com`, or below a path of one. @category options */
export const giteaServer = (url: string): GiteaAddresses => {
  const gitUrl = serverAt(url)
  return { apiUrl: `${gitUrl}/api/v1`, gitUrl }
}

/**
 * Connects with one token. Nothing is sent yet.
 *
 * @category constructors
 */
export const makeGitea = Effect.fn("makeGitea")(function* (options: GiteaOptions) {
  const client = yield* HttpClient.HttpClient
  const git = yield* makeGitRunner(options.git)
  const { apiUrl, gate = openGate, gitUrl, token } = options
  const api = makeGiteaApi({ apiUrl, client, token, gate })

  // any name does, with a token for a password
  const credential = Effect.succeed({ username: "drover", password: token })
  const { bringBranches, push, tip, withRemote } = remoteBranches(git, { host: "gitea", gitUrl, gate, credential })

  const context: GiteaContext = {
    api,
    conflicts: (repository, base, head) => withRemote(repository, (remote) => readConflicts(git, remote, base, head))
  }
  const host: CodeHost = {
    kind: "gitea",
    abilities: giteaAbilities,
    load: (at) => loadPullRequest(context, at),
    create: (asked) => createPullRequest(context, asked),
    update: (asked) => updatePullRequest(context, asked),
    markReady: (at) => markReady(context, at),
    markDraft: (at) => markDraft(context, at),
    close: (at) => closePullRequest(context, at),
    reopen: (at) => reopenPullRequest(context, at),
    comment: (asked) => comment(context, asked),
    hasComment: (asked) => hasComment(context, asked),
    label: (asked) => label(context, asked),
    merge: (asked) => merge(context, asked),
    validate: validate(api),
    tip,
    bringBranches,
    push
  }
  return host
})
