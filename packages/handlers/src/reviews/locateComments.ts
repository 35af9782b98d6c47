/**
 * Finds where inline comments stand in the diff of a pull request.
 */
import { changedFiles, filePatch, type Git, type GitError, type Oid, type PatchLine } from "@drover/git"
import { Effect } from "effect"
import { checkBody } from "../comments/checkBody.ts"
import { CommentRejected } from "../comments/CommentError.ts"

/** A comment on a line that the diff shows. @category options */
export interface InlineComment {
  readonly path: string
  /** Counts from 1, in the file as the reviewed commit has it. Either this or `position`. */
  readonly line?: number | undefined
  /** Counts from 1 in the file's part of the diff, below its first hunk header. */
  readonly position?: number | undefined
  /** Markdown. 1 to 65,536 characters. */
  readonly body: string
}

export interface LocatedComment {
  readonly path: string
  readonly line: number
  readonly position: number
  readonly body: string
}

interface LocateComments {
  readonly repository: string
  readonly base: Oid
  readonly commit: Oid
  readonly comments: ReadonlyArray<InlineComment>
}

/** All of them, or what is wrong with the first that is not on the diff. */
export const locateComments = Effect.fnUntraced(function* ({
  base,
  comments,
  commit,
  repository
}: LocateComments): Effect.fn.Return<ReadonlyArray<LocatedComment>, CommentRejected | GitError, Git> {
  if (comments.length === 0) return []
  for (const comment of comments) yield* checkComment(comment)
  const pair = { repository, base, head: commit }
  const files = yield* changedFiles(pair)
  const patches = new Map<string, ReadonlyArray<PatchLine>>()
  return yield* Effect.forEach(
    comments,
    Effect.fnUntraced(function* (comment) {
      const { body, path } = comment
      const file = files.find((changed) => changed.path === path)
      if (file === undefined) return yield* reject("path", `${JSON.stringify(path)} is no file of the diff`)
      const patch = patches.get(path) ?? (yield* filePatch({ ...pair, path, previousPath: file.previousPath }))
      patches.set(path, patch)
      const found = patch.find(({ newLine, position }) =>
        comment.line === undefined ? position === comment.position && newLine !== null : newLine === comment.line
      )
      if (found === undefined || found.newLine === null) {
        return yield* reject(
          ...placeOf(comment),
          "is not on the diff: comment on a line that it shows, and has not removed"
        )
      }
      return { path, line: found.newLine, position: found.position, body }
    })
  )
})

const reject = (field: string, ...rule: ReadonlyArray<string>) =>
  Effect.fail(new CommentRejected({ field, rule: rule.join(" ") }))

const placeOf = ({ line, path, position }: InlineComment): readonly [string, string] =>
  line === undefined ? ["position", `${position} of ${path}`] : ["line", `${line} of ${path}`]

/** Before git is asked anything. */
const checkComment = Effect.fnUntraced(function* (comment: InlineComment) {
  const { body, line, path, position } = comment
  yield* checkBody(body, { required: true })
  if (path.includes("\0") || !path.isWellFormed()) return yield* reject("path", "is none that a file can have")
  if ((line === undefined) === (position === undefined)) {
    return yield* reject("comment", "needs a line or a position, and not both")
  }
  const at = line ?? position ?? 0
  if (!Number.isInteger(at) || at < 1 || at > 2 ** 30) {
    return yield* reject(line === undefined ? "position" : "line", `must be 1 to ${2 ** 30}`)
  }
})
