/**
 * GitHub as a code host: github.com, and enterprise servers.
 */
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import type { Abilities } from "../Abilities.ts"
import type { CodeHost } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import { openGate, type RequestGate } from "../RequestGate.ts"
import { remoteBranches } from "../remote/remoteBranches.ts"
import { type GitRunnerOptions, makeGitRunner } from "../remote/RemoteGit.ts"
import { closePullRequest, reopenPullRequest, updatePullRequest } from "./changePullRequest.ts"
import { comment, hasComment } from "./comment.ts"
import { createPullRequest } from "./createPullRequest.ts"
import { markDraft, markReady } from "./draft.ts"
import { disableAutoMerge, enableAutoMerge, requestReviewers, updateBranch } from "./extras.ts"
import type { GitHubAddresses } from "./GitHubApi.ts"
import { makeGitHubApi } from "./GitHubApi.ts"
import type { GitHubAuth } from "./GitHubAuth.ts"
import { label } from "./label.ts"
import { loadPullRequest, loadPullRequests } from "./loadPullRequest.ts"
import { merge } from "./merge.ts"
import { validate } from "./validate.ts"

/** @category options */
export interface GitHubOptions extends GitHubAddresses {
  /** Where git is: `https://github.com`. */
  readonly gitUrl: string
  readonly auth: GitHubAuth
  /** Defaults to one that lets all through. */
  readonly gate?: RequestGate | undefined
  readonly git?: GitRunnerOptions | undefined
}

/** @category models */
export const gitHubAbilities: Abilities = {
  drafts: true,
  redraft: true,
  reopen: true,
  labels: true,
  mergeMethods: ["merge", "squash", "rebase"],
  idempotentComments: true,
  autoMerge: true,
  updateBranch: true,
  reviewers: true,
  loadMany: true
}

/** The addresses of github.com. @category options */
export const gitHubDotCom: GitHubAddresses & Pick<GitHubOptions, "gitUrl"> = {
  apiUrl: "https://api.github.com",
  graphqlUrl: "https://api.github.com/graphql",
  gitUrl: "https://github.com"
}

/** By the address that a credential is kept for: `https://github.com/`. @category options */
export const addressesOf = (externalServiceId: string) =>
  /^https?:\/\/(www\.|api\.)?github\.com(\/|$)/i.test(externalServiceId)
    ? gitHubDotCom
    : gitHubServer(externalServiceId)

/** Those of an enterprise server: `https://github.example.com`. @category options */
export const gitHubServer = (url: string): GitHubAddresses & Pick<GitHubOptions, "gitUrl"> => {
  const { origin } = new URL(url)
  return { apiUrl: `${origin}/api/v3`, graphqlUrl: `${origin}/api/graphql`, gitUrl: origin }
}

/**
 * Connects with one credential. Nothing is sent yet.
 *
 * @category constructors
 */
export const makeGitHub = Effect.fn("makeGitHub")(function* (options: GitHubOptions) {
  const client = yield* HttpClient.HttpClient
  const git = yield* makeGitRunner(options.git)
  const { auth, gate = openGate } = options
  const context = { api: makeGitHubApi({ ...options, client, gate }), auth }

  // any name does; this one is what installations have to give
  const credential = Effect.map(auth.token, (password) => ({ username: "x-access-token", password }))
  const { bringBranches, push, tip } = remoteBranches(git, { host: "github", gitUrl: options.gitUrl, gate, credential })
  const forgetting = <A>(asked: Effect.Effect<A, CodeHostError>) =>
    Effect.tapErrorTag(asked, "UnauthorisedOnHost", () => auth.forget)

  const host: CodeHost = {
    kind: "github",
    abilities: gitHubAbilities,
    load: (at) => loadPullRequest(context, at),
    loadMany: (wanted) => loadPullRequests(context, wanted),
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
    requestReviewers: (asked) => requestReviewers(context, asked),
    enableAutoMerge: (asked) => enableAutoMerge(context, asked),
    disableAutoMerge: (at) => disableAutoMerge(context, at),
    updateBranch: (asked) => updateBranch(context, asked),
    validate: validate(context),
    tip: (asked) => forgetting(tip(asked)),
    bringBranches: (repository) => forgetting(bringBranches(repository)),
    push: (asked) => forgetting(push(asked))
  }
  return host
})
