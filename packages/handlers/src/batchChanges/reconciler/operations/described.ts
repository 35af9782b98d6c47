/** What the pull request is to say. */
import { Effect } from "effect"
import type { Operation } from "../../plan/Operation.ts"
import { BatchChangeLinks } from "../BatchChangeLinks.ts"
import { decorateBody } from "../decorateBody.ts"
import { ChangesetIncomplete } from "../ReconcileError.ts"
import type { Run } from "../Run.ts"

/** Fails with `ChangesetIncomplete` where no spec says it. */
export const described = Effect.fnUntraced(function* ({ changeset, current, owner }: Run, operation: Operation) {
  if (current === undefined || current.kind === "import") {
    return yield* new ChangesetIncomplete({ changesetId: changeset.id, operation, missing: "spec" })
  }
  const linkTo = yield* BatchChangeLinks
  const { baseRef, body, title } = current
  return { title, baseRef, body: owner === undefined ? body : decorateBody(body, linkTo(owner)) }
})
