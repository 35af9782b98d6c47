/**
 * Bitbucket Server and Data Center as a code host.
 */
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import type { CodeHost } from "../CodeHost.ts"
import { type CodeHostError, NotSupportedByHost } from "../CodeHostError.ts"
import { serverAt } from "../http/serverAt.ts"
import { openGate, type RequestGate } from "../RequestGate.ts"
import { remoteBranches } from "../remote/remoteBranches.ts"
import { type GitRunnerOptions, makeGitRunner } from "../remote/RemoteGit.ts"
import { bitbucketServerAbilities } from "./abilitiesOf.ts"
import { makeBitbucketServerApi } from "./BitbucketServerApi.ts"
import { type BitbucketServerAuth, gitCredentialOf } from "./BitbucketServerAuth.ts"
import { type BitbucketServerContext, HOST, whereOf } from "./BitbucketServerContext.ts"
import { markDraft, markReady, requestReviewers, updatePullRequest } from "./changePullRequest.ts"
import { comment, hasComment } from "./comment.ts"
import { createPullRequest } from "./createPullRequest.ts"
import { closePullRequest, reopenPullRequest } from "./endPullRequest.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { disableAutoMerge, enableAutoMerge, merge } from "./merge.ts"
import { readVersion, validate } from "./validate.ts"

/** @category options */
export interface BitbucketServerAddresses {
  /** `https://bitbucket.example.com/rest` */
  readonly restUrl: string
  /** Where git is: `https://bitbucket.example.com/scm`. */
  readonly gitUrl: string
}

/** @category options */
export interface BitbucketServerOptions extends BitbucketServerAddresses {
  readonly auth: BitbucketServerAuth
  /** What it can do differs: see `bitbucketServerVersion`. Left out: what all versions can. */
  readonly version?: string | undefined
  /** Defaults to one that lets all through. */
  readonly gate?: RequestGate | undefined
  readonly git?: GitRunnerOptions | undefined
}

/** Of a server: `https://bitbucket.example.com`, or below a path of one. @category options */
export const bitbucketServer = (url: string): BitbucketServerAddresses => {
  const server = serverAt(url)
  return { restUrl: `${server}/rest`, gitUrl: `${server}/scm` }
}

/**
 * Which version a server says that it is, such as `8.19.1`; undefined: it does not. One request.
 *
 * @category constructors
 */
export const bitbucketServerVersion = Effect.fn("bitbucketServerVersion")(function* ({
  auth,
  gate = openGate,
  restUrl
}: BitbucketServerOptions): Effect.fn.Return<string | undefined, CodeHostError, HttpClient.HttpClient> {
  const client = yield* HttpClient.HttpClient
  return yield* readVersion(makeBitbucketServerApi({ restUrl, client, auth, gate }))
})

/**
 * Connects as one user or token. Nothing is sent yet.
 *
 * @category constructors
 */
export const makeBitbucketServer = Effect.fn("makeBitbucketServer")(function* (options: BitbucketServerOptions) {
  const client = yield* HttpClient.HttpClient
  const git = yield* makeGitRunner(options.git)
  const { auth, gate = openGate, gitUrl, restUrl } = options
  const api = makeBitbucketServerApi({ restUrl, client, auth, gate })
  const abilities = bitbucketServerAbilities(options.version)
  const context: BitbucketServerContext = { api, abilities }

  const credential = Effect.succeed(gitCredentialOf(auth))
  const { bringBranches, push, tip } = remoteBranches(git, { host: HOST, gitUrl, gate, credential })

  const host: CodeHost = {
    kind: HOST,
    abilities,
    load: (at) => loadPullRequest(context, at),
    create: (asked) => createPullRequest(context, asked),
    update: (asked) => updatePullRequest(context, asked),
    markReady: (at) => markReady(context, at),
    markDraft: (at) => markDraft(context, at),
    close: (at) => closePullRequest(context, at),
    reopen: (at) => reopenPullRequest(context, at),
    comment: (asked) => comment(context, asked),
    hasComment: (asked) => hasComment(context, asked),
    label: ({ repository }) => Effect.fail(new NotSupportedByHost({ ...whereOf(repository), what: "labels" })),
    merge: (asked) => merge(context, asked),
    requestReviewers: (asked) => requestReviewers(context, asked),
    ...(abilities.autoMerge === true
      ? {
          enableAutoMerge: (asked) => enableAutoMerge(context, asked),
          disableAutoMerge: (at) => disableAutoMerge(context, at)
        }
      : {}),
    validate: validate(api),
    tip,
    bringBranches,
    push
  }
  return host
})
