/**
 * GitLab as a code host: gitlab.com, and servers of one's own.
 */
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import type { Abilities, MergeMethod } from "../Abilities.ts"
import type { CodeHost } from "../CodeHost.ts"
import { serverAt } from "../http/serverAt.ts"
import { remoteBranches } from "../remote/remoteBranches.ts"
import { type GitRunnerOptions, makeGitRunner } from "../remote/RemoteGit.ts"
import { openGate, type RequestGate } from "../RequestGate.ts"
import {
  closePullRequest,
  label,
  markDraft,
  markReady,
  reopenPullRequest,
  requestReviewers,
  updatePullRequest
} from "./changePullRequest.ts"
import { comment, hasComment } from "./comment.ts"
import { createPullRequest } from "./createPullRequest.ts"
import { makeGitLabApi } from "./GitLabApi.ts"
import type { GitLabAuth } from "./GitLabAuth.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { disableAutoMerge, enableAutoMerge, merge } from "./merge.ts"
import { validate } from "./validate.ts"

/** @category options */
export interface GitLabAddresses {
  /** `https://gitlab.com/api/v4` */
  readonly apiUrl: string
  /** Where git is: `https://gitlab.com`. */
  readonly gitUrl: string
}

/** @category options */
export interface GitLabVersion {
  /** Of the server: `17.11.2-ee`. Defaults to the newest. */
  readonly version?: string | undefined
  /** Those that its projects allow. Defaults to all: each project says itself. */
  readonly mergeMethods?: ReadonlyArray<MergeMethod> | undefined
}

/** @category options */
export interface GitLabOptions extends GitLabAddresses, GitLabVersion {
  readonly auth: GitLabAuth
  /** Defaults to one that lets all through. */
  readonly gate?: RequestGate | undefined
  readonly git?: GitRunnerOptions | undefined
}

const isAtLeast = (version: string | undefined, major: number, minor: number): boolean => {
  const [, had = "", also = ""] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? []
  return had === "" || Number(had) > major || (Number(had) === major && Number(also) >= minor)
}

/** Reviewers came with 13.8, drafts by that name with 13.2. @category models */
export const gitLabAbilities = ({ mergeMethods, version }: GitLabVersion = {}): Abilities => ({
  drafts: true,
  redraft: true,
  reopen: true,
  labels: true,
  mergeMethods: mergeMethods ?? ["merge", "squash", "rebase"],
  idempotentComments: true,
  autoMerge: true,
  reviewers: isAtLeast(version, 13, 8)
})

/** By an address such as a credential is kept for: `https://gitlab.com/`; one below a path stays there. @category options */
export const gitLabServer = (url: string): GitLabAddresses => {
  const at = serverAt(url)
  return { apiUrl: `${at}/api/v4`, gitUrl: at }
}

/** Connects with one credential. Nothing is sent yet. @category constructors */
export const makeGitLab = Effect.fn("makeGitLab")(function* (options: GitLabOptions) {
  const client = yield* HttpClient.HttpClient
  const git = yield* makeGitRunner(options.git)
  const { apiUrl, auth, gate = openGate, gitUrl, version } = options
  const api = makeGitLabApi({ apiUrl, auth, client, gate })
  const autoMergeField = isAtLeast(version, 17, 11) ? "auto_merge" : "merge_when_pipeline_succeeds"
  const context = { api, autoMergeField } as const
  const abilities = gitLabAbilities(options)

  // tokens of OAuth demand this name, and others do with any
  const credential = Effect.succeed({ username: "oauth2", password: auth.token })
  const { bringBranches, push, tip } = remoteBranches(git, { host: "gitlab", gitUrl, gate, credential })

  const host: CodeHost = {
    kind: "gitlab",
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
    label: (asked) => label(context, asked),
    merge: (asked) => merge(context, asked),
    ...(abilities.reviewers === true
      ? { requestReviewers: (asked: Parameters<typeof requestReviewers>[1]) => requestReviewers(context, asked) }
      : {}),
    enableAutoMerge: (asked) => enableAutoMerge(context, asked),
    disableAutoMerge: (at) => disableAutoMerge(context, at),
    validate: validate(api),
    tip,
    bringBranches,
    push
  }
  return host
})
