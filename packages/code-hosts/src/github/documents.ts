/**
 * What is asked of GraphQL: what REST has not, and what REST would take many requests for.
 */
import { Schema } from "effect"

const fields = /* GraphQL */ `
  fragment PullRequestFields on PullRequest {
    id
    number
    url
    title
    body
    state
    isDraft
    baseRefName
    headRefName
    baseRef {
      target {
        oid
      }
    }
    headRef {
      target {
        oid
      }
    }
    mergeStateStatus
    mergeCommit {
      oid
    }
    reviewDecision
    latestOpinionatedReviews(first: 50) {
      nodes {
        state
      }
    }
    commits(last: 1) {
      nodes {
        commit {
          statusCheckRollup {
            state
          }
        }
      }
    }
    labels(first: 100) {
      nodes {
        name
      }
    }
    repository {
      isArchived
      nameWithOwner
    }
    autoMergeRequest {
      mergeMethod
    }
    updatedAt
  }
`

export const loadDocument = /* GraphQL */ `
  query DroverPullRequest($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) {
        ...PullRequestFields
      }
    }
  }
  ${fields}
`

/** GitHub takes a hundred at a time. */
export const nodesDocument = /* GraphQL */ `
  query DroverPullRequests($ids: [ID!]!) {
    nodes(ids: $ids) {
      ...PullRequestFields
    }
  }
  ${fields}
`

export const commentsDocument = /* GraphQL */ `
  query DroverComments($owner: String!, $name: String!, $number: Int!, $before: String) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) {
        comments(last: 100, before: $before) {
          nodes {
            body
            viewerDidAuthor
          }
          pageInfo {
            hasPreviousPage
            startCursor
          }
        }
      }
    }
  }
`

export const readyDocument = /* GraphQL */ `
  mutation DroverReady($id: ID!) {
    markPullRequestReadyForReview(input: { pullRequestId: $id }) {
      pullRequest {
        ...PullRequestFields
      }
    }
  }
  ${fields}
`

export const draftDocument = /* GraphQL */ `
  mutation DroverDraft($id: ID!) {
    convertPullRequestToDraft(input: { pullRequestId: $id }) {
      pullRequest {
        ...PullRequestFields
      }
    }
  }
  ${fields}
`

export const enableAutoMergeDocument = /* GraphQL */ `
  mutation DroverAutoMerge($id: ID!, $method: PullRequestMergeMethod!) {
    enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $method }) {
      pullRequest {
        ...PullRequestFields
      }
    }
  }
  ${fields}
`

export const disableAutoMergeDocument = /* GraphQL */ `
  mutation DroverNoAutoMerge($id: ID!) {
    disablePullRequestAutoMerge(input: { pullRequestId: $id }) {
      pullRequest {
        ...PullRequestFields
      }
    }
  }
  ${fields}
`

const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))
const nodes = <A>(schema: Schema.Codec<A, unknown>) =>
  nullable(Schema.Struct({ nodes: nullable(Schema.Array(Schema.NullOr(schema))) }))
const Target = Schema.Struct({ target: nullable(Schema.Struct({ oid: Schema.String })) })

/** A value that a later GitHub adds to an enumeration is a text like others. */
export const PullRequestNode = Schema.Struct({
  id: Schema.String,
  number: Schema.Number,
  url: Schema.String,
  title: Schema.String,
  body: Schema.String,
  state: Schema.Literals(["OPEN", "CLOSED", "MERGED"]),
  isDraft: Schema.Boolean,
  baseRefName: Schema.String,
  headRefName: Schema.String,
  baseRef: nullable(Target),
  headRef: nullable(Target),
  mergeStateStatus: Schema.optional(Schema.String),
  mergeCommit: nullable(Schema.Struct({ oid: Schema.String })),
  reviewDecision: nullable(Schema.String),
  latestOpinionatedReviews: nodes(Schema.Struct({ state: Schema.String })),
  commits: nodes(
    Schema.Struct({ commit: Schema.Struct({ statusCheckRollup: nullable(Schema.Struct({ state: Schema.String })) }) })
  ),
  labels: nodes(Schema.Struct({ name: Schema.String })),
  repository: Schema.Struct({ isArchived: Schema.Boolean, nameWithOwner: Schema.String }),
  autoMergeRequest: nullable(Schema.Struct({ mergeMethod: Schema.String })),
  updatedAt: Schema.String
})

export type PullRequestNode = typeof PullRequestNode.Type

export const LoadAnswer = Schema.Struct({ repository: Schema.Struct({ pullRequest: PullRequestNode }) })
export const NodesAnswer = Schema.Struct({
  // a node of another type has no fields of a pull request
  nodes: Schema.Array(Schema.NullOr(PullRequestNode))
})
const changed = Schema.Struct({ pullRequest: PullRequestNode })
export const ReadyAnswer = Schema.Struct({ markPullRequestReadyForReview: changed })
export const DraftAnswer = Schema.Struct({ convertPullRequestToDraft: changed })
export const EnableAutoMergeAnswer = Schema.Struct({ enablePullRequestAutoMerge: changed })
export const DisableAutoMergeAnswer = Schema.Struct({ disablePullRequestAutoMerge: changed })
const CommentPage = Schema.Struct({
  nodes: Schema.Array(Schema.Struct({ body: Schema.String, viewerDidAuthor: Schema.Boolean })),
  pageInfo: Schema.Struct({ hasPreviousPage: Schema.Boolean, startCursor: Schema.NullOr(Schema.String) })
})
export const CommentsAnswer = Schema.Struct({
  repository: Schema.Struct({ pullRequest: Schema.Struct({ comments: CommentPage }) })
})
