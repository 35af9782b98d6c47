/** Takes over a pull request that somebody else made. One that is not there is an error: nobody can import it. */
import { Effect } from "effect"
import { hostRepository } from "../../host/CodeHosts.ts"
import { outside } from "../outside.ts"
import { ChangesetIncomplete } from "../ReconcileError.ts"
import { type Run, writeOwn } from "../Run.ts"
import { keep } from "./atPullRequest.ts"

export const importing = Effect.fnUntraced(function* (run: Run) {
  const { changeset, claim, current, repository } = run
  const externalId = run.externalId ?? current?.externalId
  if (externalId === null || externalId === undefined) {
    return yield* new ChangesetIncomplete({
      changesetId: changeset.id,
      operation: "import",
      missing: "number of a pull request"
    })
  }
  return yield* outside(run, {
    operation: "import",
    intent: { externalId },
    act: (host) => host.load({ repository: hostRepository(repository), externalId }),
    save: (seen) => Effect.andThen(writeOwn(claim, { publication: "published" }), keep(run, seen))
  })
})
