/**
 * What is told of one moved ref, as GitHub tells it.
 */
import { type CommitWithPaths, isAncestor, latestCommits, type Oid, resolveCommit } from "@drover/git"
import { DateTime, Effect } from "effect"
import { branchOf, type RefMove, refOf, shortName } from "./RefMove.ts"

/** As many as GitHub gives. */
const COMMITS = 20

/** Of each list of a commit's paths: a push that changes everything must not make a row of hundreds of megabytes. */
const PATHS = 1000

interface PushBody {
  readonly repositoryPath: string
  readonly defaultBranch: string
  /** The commit where the default branch is. */
  readonly main: Oid | undefined
  readonly move: RefMove
  /** Of whoever pushed. */
  readonly pusher: Readonly<Record<string, unknown>>
}

/**
 * The body of `push`. `commits` are those that the ref did not have before: at most the 20 newest, oldest first, each
 * with at most 1,000 paths of a kind. A new branch is compared with the default branch; tags tell no commits.
 */
export const pushBody = Effect.fnUntraced(function* ({
  defaultBranch,
  main,
  move: { after, before, ref },
  pusher,
  repositoryPath: repository
}: PushBody) {
  const none = "0".repeat((after ?? before ?? "").length)
  const head = after === null ? undefined : yield* commitOf(repository, after)
  const old = before === null ? undefined : yield* commitOf(repository, before)
  const branch = branchOf(ref)
  const isNew = before === null && branch !== defaultBranch
  const start = old ?? (before === null && !isNew ? undefined : main)
  const without = start === undefined ? [] : [start]

  const onMain =
    isNew &&
    head !== undefined &&
    main !== undefined &&
    (branch === undefined ? head === main : yield* isAncestor({ repository, ancestor: head, descendant: main }))
  const commits =
    head === undefined || branch === undefined
      ? []
      : yield* latestCommits({ repository, head, without, limit: COMMITS })
  const known = commits.find(({ oid }) => oid === head)
  const [headCommit] =
    known !== undefined
      ? [known]
      : head === undefined
        ? []
        : yield* latestCommits({ repository, head, without: [], limit: 1 })
  return {
    ref,
    before: before ?? none,
    after: after ?? none,
    created: before === null,
    deleted: after === null,
    forced: before !== null && head !== undefined && !(yield* follows(repository, old, head)),
    base_ref: onMain ? refOf(defaultBranch) : null,
    commits: commits.map(commitBody),
    head_commit: headCommit === undefined ? null : commitBody(headCommit),
    pusher
  }
})

/** The commit that an id is, or that a tag names; undefined for other objects, and for what is no longer there. */
export const commitOf = (repository: string, revision: string) =>
  resolveCommit({ repository, revision }).pipe(
    Effect.map((oid): Oid | undefined => oid),
    Effect.catchTag("RevisionNotFound", () => Effect.succeed(undefined))
  )

const follows = (repository: string, ancestor: Oid | undefined, descendant: Oid) =>
  ancestor === undefined ? Effect.succeed(false) : isAncestor({ repository, ancestor, descendant })

const commitBody = ({ added, author, committer, message, modified, oid, removed, tree }: CommitWithPaths) => ({
  id: oid,
  tree_id: tree,
  message: storable(message.trimEnd()),
  timestamp: DateTime.formatIso(committer.at),
  author: person(author),
  committer: person(committer),
  added: added.slice(0, PATHS),
  modified: modified.slice(0, PATHS),
  removed: removed.slice(0, PATHS)
})

const person = ({ email, name }: { readonly name: string; readonly email: string }) => ({
  name: storable(name),
  email: storable(email)
})

/** Postgres keeps no zero byte. */
const storable = (text: string): string => text.replaceAll("\0", "\uFFFD")

/** What `create` and `delete` say beside the repository and who did it. */
export const refBody = (ref: string, defaultBranch: string) => ({
  ref: shortName(ref),
  ref_type: branchOf(ref) === undefined ? "tag" : "branch",
  master_branch: defaultBranch,
  pusher_type: "user"
})
