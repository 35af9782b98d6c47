/**
 * Every way a git operation fails, as facts a caller can act on.
 *
 * `retryable` answers one question: may the same job succeed when it runs again later,
 * with nobody changing its input?
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { Oid } from "./Oid.ts"

/**
 * No usable git on this host: `found` is its version, or null when none answered.
 * Another host, or this one after an installation, may have it.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitNotInstalled extends Schema.TaggedError<GitNotInstalled>()("GitNotInstalled", {
  found: Schema.NullOr(Schema.String),
  required: Schema.String
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const problem = this.found === null ? "git was not found" : `git ${this.found} is too old`
    return `${problem}: install git ${this.required} or later and put it on PATH`
  }
}

/**
 * The path holds no git repository.
 *
 * @category errors
 * @since 0.1.0
 */
export class RepositoryNotFound extends Schema.TaggedError<RepositoryNotFound>()("RepositoryNotFound", {
  path: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no git repository at ${JSON.stringify(this.path)}: check the path, or create it with initBare`
  }
}

/**
 * The repository has no commit by this name or id.
 *
 * @category errors
 * @since 0.1.0
 */
export class RevisionNotFound extends Schema.TaggedError<RevisionNotFound>()("RevisionNotFound", {
  revision: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `No commit ${JSON.stringify(this.revision)} in the repository: resolve the branch again, or fetch the commit first`
  }
}

/**
 * The repository lacks an object that it refers to: it is damaged, it is a partial clone, or what referred to the
 * object was dropped meanwhile and its objects pruned.
 *
 * @category errors
 * @since 0.1.0
 */
export class ObjectNotFound extends Schema.TaggedError<ObjectNotFound>()("ObjectNotFound", { oid: Schema.String }) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `The repository has no object ${this.oid}: run \`git fsck\` in it, and fetch what it lacks`
  }
}

/**
 * The two commits share no ancestor, so they have no merge base, no merge and no three-dot diff.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnrelatedHistories extends Schema.TaggedError<UnrelatedHistories>()("UnrelatedHistories", {
  base: Oid,
  head: Oid
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.base} and ${this.head} have no ancestor in common: choose branches that grew from the same commit`
  }
}

/**
 * A merge commit is among those to replay, and a replay is one line of commits.
 *
 * @category errors
 * @since 0.1.0
 */
export class MergeCommitFound extends Schema.TaggedError<MergeCommitFound>()("MergeCommitFound", { commit: Oid }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.commit} is a merge and cannot be replayed: merge or squash the branch instead`
  }
}

/**
 * The ref was not where the caller expected it, and was left alone. Null stands for "no such ref".
 * When `actual` is the value the caller wanted to write, an earlier attempt already did.
 *
 * @category errors
 * @since 0.1.0
 */
export class RefMoved extends Schema.TaggedError<RefMoved>()("RefMoved", {
  ref: Schema.String,
  expected: Schema.NullOr(Oid),
  actual: Schema.NullOr(Oid)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `${this.ref} is at ${this.actual ?? "nothing"}, not at ${this.expected ?? "nothing"}: read it again and redo the work on its new tip`
  }
}

/**
 * A name that git could refuse, misread or silently skip. It was never sent to git, or git wrote nothing.
 *
 * @category errors
 * @since 0.1.0
 */
export class NameRejected extends Schema.TaggedError<NameRejected>()("NameRejected", {
  kind: Schema.Literals(["branch", "ref", "path", "signature", "message"]),
  name: Schema.String,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The ${this.kind} ${JSON.stringify(this.name)} cannot be used because ${this.reason}: choose another`
  }
}

/**
 * A diff does not fit the commit that it was to be applied to, or is no diff. Nothing was written that anything refers to.
 *
 * @category errors
 * @since 0.1.0
 */
export class PatchRejected extends Schema.TaggedError<PatchRejected>()("PatchRejected", {
  /** In git's words: each file, and what is wrong with it. */
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The diff does not apply: ${this.explanation}. Make it anew on the commit that it is for`
  }
}

/**
 * The command ran past its deadline and its process was killed.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitTimedOut extends Schema.TaggedError<GitTimedOut>()("GitTimedOut", {
  command: Schema.String,
  limitMillis: Schema.Number
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `git ${this.command} took longer than ${this.limitMillis} ms and was killed: raise its deadline, or repack the repository`
  }
}

/**
 * The command wrote more than it may, and its process was killed.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitOutputTooLarge extends Schema.TaggedError<GitOutputTooLarge>()("GitOutputTooLarge", {
  command: Schema.String,
  limitBytes: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `git ${this.command} wrote more than ${this.limitBytes} bytes and was killed: ask for less, or raise maxOutputBytes`
  }
}

/**
 * git failed for a reason that has no type of its own: a full disk, a lock held by another process,
 * a damaged object. `exitCode` is null when a signal ended it or it could not be started;
 * `stderr` holds the end of what it said.
 *
 * Worth retrying, except for exit code 129: git did not understand the command.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitFailed extends Schema.TaggedError<GitFailed>()("GitFailed", {
  args: Schema.Array(Schema.String),
  exitCode: Schema.NullOr(Schema.Int),
  stderr: Schema.String
}) {
  get retryable(): boolean {
    return this.exitCode !== 129
  }
  override get message(): string {
    const ending = this.exitCode === null ? "did not finish" : `failed with exit code ${this.exitCode}`
    return `git ${this.args.join(" ")} ${ending}: ${this.stderr.trim()}`
  }
}

/**
 * No folder for temporary files could be made.
 *
 * @category errors
 * @since 0.1.0
 */
export class TemporaryFolderUnavailable extends Schema.TaggedError<TemporaryFolderUnavailable>()(
  "TemporaryFolderUnavailable",
  { cause: Schema.Defect() }
) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return "No temporary folder could be made: check that its parent exists, is writable and has space"
  }
}

/**
 * How any git command can fail, whatever it was asked.
 *
 * @category errors
 * @since 0.1.0
 */
export type GitRunError = GitNotInstalled | RepositoryNotFound | GitTimedOut | GitOutputTooLarge | GitFailed

/**
 * Every error of this package.
 *
 * @category errors
 * @since 0.1.0
 */
export type GitError =
  | GitRunError
  | RevisionNotFound
  | ObjectNotFound
  | UnrelatedHistories
  | MergeCommitFound
  | RefMoved
  | NameRejected
  | PatchRejected
  | TemporaryFolderUnavailable
