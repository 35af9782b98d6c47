/**
 * Builds the commit of a changeset spec. The same spec gives the same commit, however often and wherever it is built: its
 * parent, its author and its dates are all of the spec and its base. So a push that is repeated is the same push.
 */
import type { HostRepository } from "@drover/code-hosts"
import {
  applyDiff,
  commitTree,
  type Git,
  type GitError,
  isOid,
  type Oid,
  readCommit,
  type Signature
} from "@drover/git"
import { Effect } from "effect"
import { drover } from "../../pullRequests/committer.ts"
import { CommitUnbuildable } from "./CommitUnbuildable.ts"
import type { CommitSpec } from "./Push.ts"

/** @category options */
export interface BuildCommit {
  readonly repository: Pick<HostRepository, "name" | "path">
  readonly spec: CommitSpec
}

/** Gives its id. No ref moves. @category operations */
export const buildCommit = Effect.fn("Changesets.buildCommit")(function* ({
  repository: { name, path },
  spec
}: BuildCommit): Effect.fn.Return<Oid, CommitUnbuildable | GitError, Git> {
  const refuse = (reason: string) => new CommitUnbuildable({ repository: name, reason })
  const { baseSha, diff } = spec
  if (diff === null || diff.byteLength === 0) return yield* refuse("its diff is empty. Leave the repository out")
  if (!isOid(baseSha)) return yield* refuse(`its base ${JSON.stringify(baseSha)} is not the id of a commit`)
  const built = Effect.gen(function* () {
    const base = yield* readCommit({ repository: path, commit: baseSha })
    const tree = yield* applyDiff({ repository: path, commit: baseSha, diff })
    if (tree === base.tree) return yield* refuse("its diff changes nothing. Leave the repository out")
    const author = signatureOf(spec, base.committer)
    return yield* commitTree({ repository: path, tree, parents: [baseSha], message: messageOf(spec), author })
  })
  return yield* Effect.catchTags(Effect.scoped(built), {
    PatchRejected: ({ message }) => Effect.fail(refuse(message)),
    NameRejected: ({ message }) => Effect.fail(refuse(message)),
    RevisionNotFound: () =>
      Effect.fail(
        refuse(`its base ${baseSha} is no longer in the repository. Make the spec anew on the branch as it is`)
      )
  })
})

/** The spec's author, at the time of another commit: never at the present. Pure. */
export const signatureOf = (spec: CommitSpec, { at }: Signature): Signature => ({
  name: spec.authorName.trim() === "" ? drover.name : spec.authorName,
  email: spec.authorEmail.trim() === "" ? drover.email : spec.authorEmail,
  at
})

/** Pure. */
export const messageOf = ({ commitMessage, title }: CommitSpec): string =>
  commitMessage.trim() === "" ? title : commitMessage
