/**
 * A code host that keeps all in memory: it does what the port says, remembers what it was asked, and lets a test stand
 * between the question and the answer.
 */
import {
  type Abilities,
  BranchMoved,
  type CodeHost,
  type CodeHostError,
  type CreatePullRequest,
  type HostPullRequest,
  type HostRepository,
  NotMergeableOnHost,
  NotSupportedByHost,
  type PullRequestAt,
  PullRequestMissing
} from "@drover/code-hosts"
import { Context, Effect, Layer } from "effect"
import { CodeHosts, type Connect, CredentialMissing } from "../../src/batchChanges/index.ts"

type Operation = Exclude<keyof CodeHost, "abilities" | "kind">

/** What a test does instead, with what the host would have done. */
export type Interception = (
  perform: Effect.Effect<unknown, CodeHostError>,
  asked: Asked
) => Effect.Effect<unknown, CodeHostError>

export interface Asked {
  readonly operation: Operation
  /** `acme/billing#7`, or the branch. */
  readonly what: string
  readonly subject: Connect["subject"]
}

type Pull = { -readonly [K in keyof HostPullRequest]: HostPullRequest[K] }

export const everything: Abilities = {
  drafts: true,
  redraft: true,
  reopen: true,
  labels: true,
  mergeMethods: ["merge", "squash", "rebase"],
  idempotentComments: true
}

export class MemoryHost extends Context.Service<MemoryHost, ReturnType<typeof make>>()("test/MemoryHost") {
  static readonly layer = Layer.sync(MemoryHost, make)
  /** As the only host that there is. */
  static readonly codeHosts = Layer.effect(
    CodeHosts,
    Effect.map(MemoryHost, (memory) =>
      CodeHosts.of({
        abilities: () => memory.abilities(),
        connect: ({ repository, subject }) =>
          memory.knows(subject)
            ? Effect.succeed(memory.as(subject))
            : Effect.fail(new CredentialMissing({ repository: repository.name }))
      })
    )
  )
}

function make() {
  let abilities = everything
  let knows = (_subject: Connect["subject"]): boolean => true
  let seconds = 0
  let numbers = 0
  let intercept: Interception = (perform) => perform
  const pulls = new Map<string, Pull>()
  const branches = new Map<string, string>()
  const comments: Array<{ readonly on: string; readonly body: string; readonly key: string }> = []
  const asked: Array<Asked> = []

  const now = () => new Date(Date.UTC(2026, 0, 1) + seconds++ * 1000)
  const keyOf = ({ externalId, repository }: PullRequestAt) => `${repository.name}#${externalId}`
  const where = (repository: HostRepository) => ({ host: "memory", repository: repository.name })
  const branchOf = (repository: HostRepository, branch: string) => `${repository.name}:${branch}`

  const find = (at: PullRequestAt): Effect.Effect<Pull, CodeHostError> => {
    const pull = pulls.get(keyOf(at))
    return pull === undefined
      ? Effect.fail(new PullRequestMissing({ ...where(at.repository), externalId: at.externalId }))
      : Effect.succeed(pull)
  }
  /** What is as it was keeps its time. */
  const change = (at: PullRequestAt, fields: (pull: Pull) => Partial<Pull>) =>
    Effect.map(find(at), (pull): HostPullRequest => {
      const changes = Object.entries(fields(pull)).filter(([field, value]) => pull[field as keyof Pull] !== value)
      if (changes.length > 0) Object.assign(pull, Object.fromEntries(changes), { updatedAt: now() })
      return { ...pull }
    })

  const open = (options: CreatePullRequest): HostPullRequest => {
    const pull: Pull = {
      externalId: String(++numbers),
      url: null,
      title: options.title,
      body: options.body,
      baseRef: options.baseRef,
      headRef: options.headRef,
      baseSha: branches.get(branchOf(options.repository, options.baseRef)) ?? null,
      headSha: branches.get(branchOf(options.repository, options.headRef)) ?? null,
      state: "open",
      draft: options.draft,
      mergeableState: "clean",
      conflictedPaths: [],
      checkState: "expected",
      reviewState: null,
      labels: [],
      mergeCommitSha: null,
      archived: false,
      updatedAt: now()
    }
    pulls.set(keyOf({ repository: options.repository, externalId: pull.externalId }), pull)
    return { ...pull }
  }

  const as = (subject: Connect["subject"]): CodeHost => {
    const ask = <A>(operation: Operation, what: string, perform: Effect.Effect<A, CodeHostError>) =>
      Effect.suspend(() => {
        const one = { operation, what, subject }
        asked.push(one)
        return intercept(perform, one) as Effect.Effect<A, CodeHostError>
      })
    const on = <A>(operation: Operation, at: PullRequestAt, perform: Effect.Effect<A, CodeHostError>) =>
      ask(operation, keyOf(at), perform)
    return {
      kind: "memory",
      abilities,
      load: (at) =>
        on(
          "load",
          at,
          change(at, () => ({}))
        ),
      create: (options) =>
        ask(
          "create",
          branchOf(options.repository, options.headRef),
          Effect.sync(() => {
            const there = [...pulls.entries()].find(
              ([key, pull]) =>
                key.startsWith(`${options.repository.name}#`) &&
                pull.state === "open" &&
                pull.headRef === options.headRef &&
                pull.baseRef === options.baseRef
            )
            return there === undefined
              ? { created: true, pullRequest: open(options) }
              : { created: false, pullRequest: { ...there[1] } }
          })
        ),
      update: ({ baseRef, body, title, ...at }) =>
        on(
          "update",
          at,
          change(at, (pull) => ({
            title: title ?? pull.title,
            body: body ?? pull.body,
            baseRef: baseRef ?? pull.baseRef
          }))
        ),
      markReady: (at) =>
        on(
          "markReady",
          at,
          change(at, () => ({ draft: false }))
        ),
      markDraft: (at) =>
        on(
          "markDraft",
          at,
          abilities.redraft
            ? change(at, () => ({ draft: true }))
            : Effect.fail(new NotSupportedByHost({ ...where(at.repository), what: "way back to a draft" }))
        ),
      close: (at) =>
        on(
          "close",
          at,
          change(at, ({ state }) => ({ state: state === "open" ? "closed" : state }))
        ),
      reopen: (at) =>
        on(
          "reopen",
          at,
          change(at, ({ state }) => ({ state: state === "closed" ? "open" : state }))
        ),
      comment: ({ body, key, ...at }) =>
        on(
          "comment",
          at,
          Effect.map(find(at), () => {
            const twice =
              abilities.idempotentComments && comments.some((one) => one.key === key && one.on === keyOf(at))
            if (!twice) comments.push({ on: keyOf(at), body, key })
          })
        ),
      hasComment: ({ text, ...at }) =>
        on(
          "hasComment",
          at,
          Effect.map(find(at), () => comments.some((one) => one.on === keyOf(at) && one.body.includes(text)))
        ),
      label: ({ add = [], remove = [], ...at }) =>
        on(
          "label",
          at,
          change(at, ({ labels }) => {
            const next = [...labels.filter((name) => !remove.includes(name)), ...add]
            return { labels: [...new Set(next)].toSorted() }
          })
        ),
      merge: ({ expectedHead, method, title, ...at }) =>
        on(
          "merge",
          at,
          Effect.flatMap(find(at), (pull) => {
            const reason = whyNotMerge(pull, expectedHead)
            return reason === undefined
              ? change(at, ({ mergeCommitSha, title: shown }) => ({
                  state: "merged",
                  mergeCommitSha: mergeCommitSha ?? `${method} of ${title ?? shown}`
                }))
              : Effect.fail(
                  new NotMergeableOnHost({
                    ...where(at.repository),
                    externalId: at.externalId,
                    reason,
                    explanation: `it is not as it should be (${reason})`
                  })
                )
          })
        ),
      tip: ({ branch, repository }) =>
        ask(
          "tip",
          branchOf(repository, branch),
          Effect.sync(() => branches.get(branchOf(repository, branch)) ?? null)
        ),
      push: ({ branch, commit, expected, repository }) =>
        ask(
          "push",
          branchOf(repository, branch),
          Effect.suspend(() => {
            const key = branchOf(repository, branch)
            const actual = branches.get(key) ?? null
            if (actual !== expected && actual !== commit) {
              return Effect.fail(new BranchMoved({ ...where(repository), branch, expected, actual }))
            }
            branches.set(key, commit)
            for (const [name, pull] of pulls) {
              if (name.startsWith(`${repository.name}#`) && pull.headRef === branch && pull.state === "open") {
                Object.assign(pull, { headSha: commit, updatedAt: now() })
              }
            }
            return Effect.void
          })
        )
    }
  }

  return {
    as,
    abilities: () => abilities,
    knows: (subject: Connect["subject"]) => knows(subject),
    /** What the host can do from now on; what is left out it can as it could before. */
    can: (some: Partial<Abilities>) => void (abilities = { ...abilities, ...some }),
    /** Who has a credential from now on. */
    only: (who: (subject: Connect["subject"]) => boolean) => void (knows = who),
    /** From now on, until the next. */
    intercept: (next: Interception) => void (intercept = next),
    /** All that was asked, in order. */
    asked,
    /** What was asked of one pull request. */
    askedOf: (what: string) => asked.filter((one) => one.what === what).map(({ operation }) => operation),
    comments,
    /** A pull request that somebody else made. */
    open: (repository: HostRepository, fields: Partial<Pull> = {}): HostPullRequest => {
      const made = open({
        repository,
        title: "Title",
        body: "",
        baseRef: "main",
        headRef: `topic-${numbers}`,
        draft: false
      })
      const pull = pulls.get(keyOf({ repository, externalId: made.externalId }))!
      Object.assign(pull, fields)
      return { ...pull }
    },
    /** As the host has it; undefined: it does not. */
    pull: (repository: string, externalId: string) => pulls.get(`${repository}#${externalId}`),
    /** Behind everybody's back, at a time of its own. */
    alter: (repository: string, externalId: string, fields: Partial<Pull>) =>
      void Object.assign(pulls.get(`${repository}#${externalId}`)!, fields, { updatedAt: now() }),
    remove: (repository: string, externalId: string) => void pulls.delete(`${repository}#${externalId}`),
    branches
  }
}

const whyNotMerge = (pull: Pull, expectedHead: string | undefined): NotMergeableOnHost["reason"] | undefined => {
  if (pull.state === "merged") return undefined
  if (pull.state === "closed") return "closed"
  if (pull.draft) return "draft"
  if (expectedHead !== undefined && expectedHead !== pull.headSha) return "head moved"
  return pull.mergeableState === "dirty" ? "conflict" : undefined
}
