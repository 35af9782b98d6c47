/**
 * What is sent to Bitbucket, to the letter, and what is read of its answers, which is little.
 */
import { Schema } from "effect"

const optional = Schema.optionalKey
const nullable = <A>(schema: Schema.Codec<A, unknown>) => Schema.optional(Schema.NullOr(schema))

const RefSent = Schema.Struct({
  id: Schema.String,
  repository: Schema.Struct({ slug: Schema.String, project: Schema.Struct({ key: Schema.String }) })
})

/** `POST …/pull-requests` */
export const CreatePull = Schema.Struct({
  title: Schema.String,
  description: Schema.String,
  fromRef: RefSent,
  toRef: RefSent,
  draft: optional(Schema.Boolean)
})

/** `PUT …/pull-requests/{id}`: what is left out is taken away, the reviewers above all. */
export const UpdatePull = Schema.Struct({
  version: Schema.Number,
  title: Schema.String,
  description: Schema.String,
  toRef: RefSent,
  reviewers: Schema.Array(Schema.Struct({ user: Schema.Struct({ name: Schema.String }) })),
  draft: optional(Schema.Boolean)
})

/** `POST …/pull-requests/{id}/merge` */
export const MergePull = Schema.Struct({
  strategyId: Schema.String,
  message: optional(Schema.String),
  /** `true` puts a subject of Bitbucket's own before the message. */
  autoSubject: optional(Schema.Literals(["true", "false"])),
  autoMerge: optional(Schema.Boolean)
})

/** `POST …/pull-requests/{id}/comments` */
export const CreateComment = Schema.Struct({ text: Schema.String })

/** Of an answer of which nothing is read. */
export const Anything = Schema.Unknown

const Repository = Schema.Struct({ archived: nullable(Schema.Boolean) })

const Ref = Schema.Struct({
  id: Schema.String,
  latestCommit: nullable(Schema.String),
  repository: nullable(Repository)
})

const User = Schema.Struct({ name: Schema.String })

export const Pull = Schema.Struct({
  id: Schema.Number,
  version: Schema.Number,
  title: Schema.String,
  description: nullable(Schema.String),
  state: Schema.String,
  draft: nullable(Schema.Boolean),
  updatedDate: nullable(Schema.Number),
  fromRef: Ref,
  toRef: Ref,
  reviewers: nullable(Schema.Array(Schema.Struct({ user: User, status: nullable(Schema.String) }))),
  properties: nullable(Schema.Struct({ mergeCommit: nullable(Schema.Struct({ id: nullable(Schema.String) })) })),
  links: nullable(
    Schema.Struct({
      self: nullable(Schema.Array(Schema.NullOr(Schema.Struct({ href: nullable(Schema.String) }))))
    })
  )
})

/** @category models */
export type Pull = typeof Pull.Type

const page = <A>(item: Schema.Codec<A, unknown>) =>
  Schema.Struct({
    values: nullable(Schema.Array(item)),
    isLastPage: nullable(Schema.Boolean),
    nextPageStart: nullable(Schema.Number)
  })

export const Pulls = page(Pull)

export const Activities = page(
  Schema.Struct({
    action: nullable(Schema.String),
    comment: nullable(Schema.Struct({ text: nullable(Schema.String), author: nullable(User) }))
  })
)

/** Whether a pull request can be merged. */
export const Mergeability = Schema.Struct({
  canMerge: nullable(Schema.Boolean),
  conflicted: nullable(Schema.Boolean),
  outcome: nullable(Schema.String),
  vetoes: nullable(
    Schema.Array(Schema.Struct({ summaryMessage: nullable(Schema.String), detailedMessage: nullable(Schema.String) }))
  )
})

export const Changes = page(
  Schema.Struct({
    path: Schema.Struct({ components: Schema.Array(Schema.String) }),
    conflict: nullable(Schema.Unknown)
  })
)

/** Of a commit: how many builds came to what. */
export const BuildStats = Schema.Struct({
  cancelled: nullable(Schema.Number),
  failed: nullable(Schema.Number),
  inProgress: nullable(Schema.Number),
  successful: nullable(Schema.Number),
  unknown: nullable(Schema.Number)
})

/** Of a repository. How approvals are demanded differs from version to version. */
export const Settings = Schema.Struct({
  mergeConfig: nullable(
    Schema.Struct({
      strategies: nullable(Schema.Array(Schema.Struct({ id: Schema.String, enabled: nullable(Schema.Boolean) })))
    })
  ),
  requiredApprovers: Schema.optional(Schema.Unknown),
  requiredAllApprovers: Schema.optional(Schema.Unknown),
  "com.atlassian.bitbucket.server.bundled-hooks.requiredApproversMergeHook": Schema.optional(Schema.Unknown)
})

export const ApplicationProperties = Schema.Struct({ version: nullable(Schema.String) })

/** How a refusal is put. */
export const Problems = Schema.Struct({
  errors: nullable(
    Schema.Array(
      Schema.Struct({
        message: nullable(Schema.String),
        exceptionName: nullable(Schema.String),
        /** Of a pull request that cannot be merged. */
        conflicted: nullable(Schema.Boolean),
        vetoes: Mergeability.fields.vetoes,
        /** Of the same branches as the one that was to be made. */
        existingPullRequest: Schema.optional(Schema.Unknown),
        /** As it is now, where the one that was to be changed was older. Not every version sends it. */
        pullRequest: Schema.optional(Schema.Unknown),
        reviewerErrors: nullable(Schema.Array(Schema.Struct({ message: nullable(Schema.String) })))
      })
    )
  )
})
