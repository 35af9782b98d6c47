/**
 * A batch spec: what is to be changed, where, and how it is proposed. The format is that of Sourcegraph's batch specs
 * as far as it fits: what needs containers has no meaning here.
 */
import { Schema } from "effect"

const text = (description: string) => Schema.String.annotate({ description })
const filled = (description: string) =>
  Schema.String.annotate({ description }).check(Schema.isPattern(/\S/u, { message: "it must not be blank" }))
const optional = Schema.optionalKey

/** `acme/billing`, or a glob: `acme/*`. */
const Repository = filled("The name of a repository; `*` stands for anything but a slash")

const OnRepository = Schema.Struct({
  repository: Repository,
  branch: optional(filled("The branch to start from. Defaults to the repository's default branch")),
  branches: optional(
    Schema.Array(filled("A branch to start from")).annotate({ description: "Several: each gets a changeset" })
  )
})

const OnQuery = Schema.Struct({
  repositoriesMatchingQuery: filled("A code search: each repository with a hit is one to change")
})

/** @category models */
export const On = Schema.Union([OnRepository, OnQuery])

/** @category models */
export type On = typeof On.Type

const Output = Schema.Struct({
  value: text("A template, such as `${{ step.stdout }}`"),
  format: optional(
    Schema.Literals(["text", "json", "yaml"]).annotate({ description: "How the value is read. Defaults to text" })
  )
})

const Step = Schema.Struct({
  run: filled("A command for the shell, in a checkout of the repository. A template"),
  if: optional(
    Schema.Union([Schema.Boolean, Schema.String]).annotate({ description: "Whether to run it. A template" })
  ),
  env: optional(Schema.Record(Schema.String, Schema.String).annotate({ description: "Added to an empty environment" })),
  files: optional(
    Schema.Record(Schema.String, Schema.String).annotate({ description: "Files for the command, outside the checkout" })
  ),
  outputs: optional(
    Schema.Record(Schema.String, Output).annotate({ description: "For later templates, as `outputs.name`" })
  ),
  timeout: optional(filled('How long it may run, such as "5 minutes". Defaults to 10 minutes')),
  container: optional(text("Read and not used: steps run on the worker's host"))
})

/** @category models */
export type Step = typeof Step.Type

const PublishedValue = Schema.Union([Schema.Boolean, Schema.Literal("draft")]).annotate({
  message: "it is true, false, draft, or a list of globs with one of these each"
})

const Published = Schema.Union([
  PublishedValue,
  Schema.Array(Schema.Record(Schema.String, PublishedValue)).annotate({
    description:
      "A glob of repositories, and what holds for them. The last that matches counts; a glob may end in `@branch`, and `*` alone means all"
  })
])

const ChangesetTemplate = Schema.Struct({
  title: filled("One line. A template"),
  body: optional(text("A template")),
  branch: filled("The branch that the change is pushed to. A template"),
  commit: Schema.Struct({
    message: filled("A template"),
    author: optional(Schema.Struct({ name: filled("A template"), email: filled("A template") }))
  }),
  published: optional(
    Published.annotate({ description: "Left out: it is decided for each changeset, after applying" })
  ),
  fork: optional(Schema.Boolean)
})

const Group = Schema.Struct({
  directory: filled("Files below it make a changeset of their own"),
  branch: filled("The branch of that changeset. A template"),
  repository: optional(Repository)
})

const Workspace = Schema.Struct({
  rootAtLocationOf: filled("A file name: each folder that has one is a workspace, and steps run in it"),
  in: optional(Repository),
  onlyFetchWorkspace: optional(Schema.Boolean)
})

const Import = Schema.Struct({
  repository: filled("The name of a repository"),
  externalIDs: Schema.Array(Schema.Union([Schema.String, Schema.Number])).annotate({
    description: "Numbers of pull requests"
  })
})

const Diff = Schema.Struct({
  repository: filled("The name of a repository"),
  branch: optional(filled("The branch it is made for. Defaults to the repository's default branch")),
  diff: filled("A unified diff, as `git diff` writes it")
})

/** @category models */
export const BatchSpec = Schema.Struct({
  version: optional(Schema.Literals([1, 2])),
  name: Schema.String.annotate({
    description:
      "Letters, digits, dots, dashes and underscores. A spec of the same name is applied to the same batch change"
  }).check(
    Schema.isPattern(/^[\w.-]{1,100}$/u, { message: "it is 1 to 100 letters, digits, dots, dashes and underscores" })
  ),
  description: optional(text("For people. Markdown")),
  on: optional(Schema.Array(On).annotate({ description: "Where" })),
  workspaces: optional(Schema.Array(Workspace)),
  steps: optional(Schema.Array(Step).annotate({ description: "How, in this order" })),
  diffs: optional(
    Schema.Array(Diff).annotate({ description: "Changes that are there already, in place of `on` and `steps`" })
  ),
  transformChanges: optional(Schema.Struct({ group: optional(Schema.Array(Group)) })),
  importChangesets: optional(Schema.Array(Import)),
  changesetTemplate: optional(ChangesetTemplate)
}).annotate({ title: "A batch spec of Drover" })

/** @category models */
export type BatchSpec = typeof BatchSpec.Type

/** @category models */
export type ChangesetTemplate = typeof ChangesetTemplate.Type
