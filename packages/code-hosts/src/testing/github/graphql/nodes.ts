/**
 * Pull requests and what is about them, as GraphQL's resolvers read them: a field is a value, or a function of its
 * arguments.
 */
import {
  type Forge,
  type ForgeComment,
  type ForgePullRequest,
  type ForgeRepository,
  type ForgeToken,
  type ForgeUser,
  viewOf
} from "../../forge/index.ts"
import { branchesOf } from "../../forge/git.ts"
import { associationOf, time, timeOrNull } from "../shapes.ts"
import { connection, of, type Page } from "./connection.ts"
import { notResolved } from "./refuse.ts"

export const userNode = ({ id, kind, login }: ForgeUser) => ({
  __typename: kind,
  id: `U_${id}`,
  login,
  name: login
})

export interface Graph {
  readonly forge: Forge
  readonly api: string
  readonly token: ForgeToken
}

export const repositoryNode = (graph: Graph, repository: ForgeRepository): object => {
  const { name, owner } = repository
  const all = () => [...repository.pullRequests.values()]
  const role = graph.forge.roleOf(repository, graph.token)
  return {
    __typename: "Repository",
    id: `R_${repository.id}`,
    name,
    nameWithOwner: `${owner}/${name}`,
    owner: { __typename: "User", id: `U_${owner}`, login: owner },
    url: `${graph.api}/${owner}/${name}`,
    isArchived: repository.archived,
    isPrivate: repository.private,
    isInOrganization: false,
    hasIssuesEnabled: true,
    hasWikiEnabled: false,
    description: null,
    viewerPermission: role?.toUpperCase() ?? null,
    mergeCommitAllowed: repository.mergeMethods.includes("merge"),
    squashMergeAllowed: repository.mergeMethods.includes("squash"),
    rebaseMergeAllowed: repository.mergeMethods.includes("rebase"),
    autoMergeAllowed: repository.autoMerge,
    parent: null,
    defaultBranchRef: async () => refNode(repository, repository.defaultBranch),
    pullRequest: ({ number }: { readonly number: number }) => {
      const found = repository.pullRequests.get(number)
      if (found === undefined) throw notResolved(`a PullRequest with the number of ${number}`)
      return pullRequestNode(graph, repository, found)
    },
    pullRequests: ({ headRefName, states, ...page }: Page & { headRefName?: string; states?: ReadonlyArray<string> }) =>
      connection(
        all()
          .filter((one) => states === undefined || states === null || states.includes(one.state.toUpperCase()))
          .filter((one) => headRefName === undefined || headRefName === null || headRefName === one.headRef)
          .toReversed()
          .map((one) => pullRequestNode(graph, repository, one)),
        page
      )
  }
}

const refNode = async (repository: ForgeRepository, branch: string) => {
  const oid = (await branchesOf(repository.path)).get(branch)
  if (oid === undefined) return null
  const protection = repository.protections.get(branch)
  return {
    __typename: "Ref",
    id: `REF_${repository.id}_${branch}`,
    name: branch,
    target: { __typename: "Commit", id: `C_${oid}`, oid },
    branchProtectionRule:
      protection === undefined
        ? null
        : {
            id: `BPR_${repository.id}_${branch}`,
            requiresStrictStatusChecks: protection.upToDate,
            requiredApprovingReviewCount: protection.approvals
          }
  }
}

/** The last of each. */
const latest = <A extends { readonly author: { readonly login: string } }>(reviews: ReadonlyArray<A>) => [
  ...new Map(reviews.map((review) => [review.author.login, review])).values()
]

export const commentNode = (
  graph: Graph,
  repository: ForgeRepository,
  { number }: ForgePullRequest,
  { at, author, body, id }: ForgeComment
) => ({
  __typename: "IssueComment",
  id: `IC_${id}`,
  author: userNode(author),
  authorAssociation: associationOf(repository, author),
  body,
  createdAt: time(at),
  includesCreatedEdit: false,
  isMinimized: false,
  minimizedReason: null,
  reactionGroups: [],
  url: `${graph.api}/${repository.owner}/${repository.name}/pull/${number}#issuecomment-${id}`,
  viewerDidAuthor: author.id === graph.token.user.id
})

const shout = (words: string) => words.toUpperCase()

export const pullRequestNode = (graph: Graph, repository: ForgeRepository, pullRequest: ForgePullRequest): object => {
  const { forge } = graph
  const page = `${graph.api}/${repository.owner}/${repository.name}/pull/${pullRequest.number}`
  const statuses = () => [...(repository.statuses.get(pullRequest.headSha)?.values() ?? [])]
  let view: ReturnType<typeof viewOf> | undefined
  const seen = () => (view ??= viewOf(repository, pullRequest, forge.mergeability))
  const rollup = async () => {
    if (statuses().length === 0) return null
    const contexts = statuses().map(({ at, context, description, id, state }) => ({
      __typename: "StatusContext",
      id: `SC_${id}`,
      context,
      description,
      targetUrl: null,
      createdAt: time(at),
      isRequired: repository.protections.get(pullRequest.baseRef)?.checks.includes(context) ?? false,
      state: shout(state)
    }))
    const state = shout((await seen()).checkState)
    return { id: `SCR_${pullRequest.id}`, state, contexts: of(() => contexts) }
  }
  const commit = () => ({
    __typename: "Commit",
    id: `C_${pullRequest.headSha}`,
    oid: pullRequest.headSha,
    messageHeadline: pullRequest.title,
    statusCheckRollup: rollup
  })
  const reviews = () =>
    pullRequest.reviews.map(({ at, author, body, commit: oid, id, state }) => ({
      __typename: "PullRequestReview",
      id: `PRR_${id}`,
      author: userNode(author),
      authorAssociation: associationOf(repository, author),
      body,
      state: shout(state),
      submittedAt: time(at),
      includesCreatedEdit: false,
      reactionGroups: [],
      url: page,
      commit: { id: `C_${oid}`, oid }
    }))
  return {
    __typename: "PullRequest",
    id: `PR_${pullRequest.id}`,
    number: pullRequest.number,
    url: page,
    title: pullRequest.title,
    body: pullRequest.body,
    state: shout(pullRequest.state),
    isDraft: pullRequest.draft,
    closed: pullRequest.state !== "open",
    merged: pullRequest.state === "merged",
    mergeable: async () => {
      const { clean } = await seen()
      return clean === null ? "UNKNOWN" : clean ? "MERGEABLE" : "CONFLICTING"
    },
    mergeStateStatus: async () => shout((await seen()).mergeableState),
    mergeCommit:
      pullRequest.mergeCommitSha === null
        ? null
        : { id: `C_${pullRequest.mergeCommitSha}`, oid: pullRequest.mergeCommitSha },
    mergedAt: timeOrNull(pullRequest.mergedAt),
    mergedBy: pullRequest.mergedBy === null ? null : userNode(pullRequest.mergedBy),
    closedAt: timeOrNull(pullRequest.closedAt),
    createdAt: time(pullRequest.createdAt),
    updatedAt: time(pullRequest.updatedAt),
    baseRefName: pullRequest.baseRef,
    baseRefOid: pullRequest.baseSha,
    baseRef: () => refNode(repository, pullRequest.baseRef),
    headRefName: pullRequest.headRef,
    headRefOid: pullRequest.headSha,
    headRef: () => refNode(repository, pullRequest.headRef),
    headRepository: () => repositoryNode(graph, repository),
    headRepositoryOwner: { __typename: "User", id: `U_${repository.owner}`, login: repository.owner },
    isCrossRepository: false,
    maintainerCanModify: false,
    author: userNode(pullRequest.author),
    repository: () => repositoryNode(graph, repository),
    labels: of(() =>
      [...pullRequest.labels.values()].map(({ color, description, id, name }) => ({
        id: `LA_${id}`,
        name,
        color,
        description
      }))
    ),
    assignees: of(() => []),
    milestone: null,
    projectCards: of(() => []),
    reactionGroups: [],
    comments: of(() => pullRequest.comments.map((comment) => commentNode(graph, repository, pullRequest, comment))),
    commits: of(() => [{ id: `PRC_${pullRequest.headSha}`, commit: commit() }]),
    reviews: of(reviews),
    latestReviews: of(reviews),
    latestOpinionatedReviews: of(() => latest(reviews().filter(({ state }) => state !== "COMMENTED"))),
    reviewRequests: of(() =>
      [...pullRequest.reviewers.values()].map((user) => ({
        id: `RR_${user.id}`,
        requestedReviewer: userNode(user)
      }))
    ),
    reviewDecision: async () => {
      const { reviewState } = await seen()
      // GitHub decides only where a branch demands reviews
      return reviewState === null || !repository.protections.has(pullRequest.baseRef) ? null : shout(reviewState)
    },
    statusCheckRollup: rollup,
    autoMergeRequest:
      pullRequest.autoMerge === null
        ? null
        : { enabledAt: time(pullRequest.autoMerge.at), mergeMethod: shout(pullRequest.autoMerge.method) },
    additions: async () => (await seen()).additions,
    deletions: async () => (await seen()).deletions,
    changedFiles: async () => (await seen()).changedFiles
  }
}
