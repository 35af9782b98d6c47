/**
 * What is pushed for a changeset, and what came of it.
 */
import type { CodeHost, CodeHostError, HostRepository } from "@drover/code-hosts"
import type { DatabaseError } from "@drover/core"
import type { GitError } from "@drover/git"
import type { Effect } from "effect"
import type { changesets } from "../../schema/changesets.ts"
import type { changesetSpecs } from "../../schema/batchSpecs.ts"
import type { CommitUnbuildable } from "./CommitUnbuildable.ts"
import type { PushIntent } from "./PushIntent.ts"

/** What a commit is made of. @category models */
export type CommitSpec = Pick<
  typeof changesetSpecs.$inferSelect,
  "baseSha" | "diff" | "commitMessage" | "title" | "authorName" | "authorEmail"
>

/** @category options */
export interface PushChangeset<E, R> {
  /** As whoever pushes. */
  readonly host: CodeHost
  readonly repository: HostRepository
  readonly changeset: Pick<typeof changesets.$inferSelect, "id" | "builtSha" | "pushedSha">
  /** What is to be on the branch. */
  readonly spec: CommitSpec & Pick<typeof changesetSpecs.$inferSelect, "headRef">
  /** What the changeset was brought to last; undefined for one that never was. */
  readonly previousSpec?: CommitSpec | undefined
  /**
   * Writes down, and commits, what is about to happen: the row of `changeset_steps`. Run before each attempt to push, so
   * more than once where the branch moves meanwhile; never where nothing is pushed. With its failure nothing is pushed.
   */
  readonly before: (intent: PushIntent) => Effect.Effect<void, E, R>
}

/**
 * What came of it. `built` and `pushed` are what the changeset's columns `built_sha` and `pushed_sha` are to say.
 *
 * @category models
 */
export type PushOutcome =
  | {
      /** The branch was made, moved from one commit of Drover's to another, or got a commit on top of people's. */
      readonly _tag: "Pushed"
      readonly how: "create" | "replace" | "reapply"
      readonly built: string
      readonly pushed: string
    }
  | {
      /** Nothing was to be pushed. People may have committed on top of `pushed`: the branch is at `tip`. */
      readonly _tag: "UpToDate"
      readonly built: string
      readonly pushed: string
      readonly tip: string
    }
  | {
      /** Nothing was pushed: a person has to decide. */
      readonly _tag: "Attention"
      /** For people: what is there, and what they can do. */
      readonly reason: string
      readonly built: string
    }

/** All but what `before` fails with. @category errors */
export type PushError = CodeHostError | CommitUnbuildable | GitError | DatabaseError
