/**
 * Makes the pull request, or adopts the one that an attempt before made and could not write down.
 */
import type { CodeHost, CreatePullRequest } from "@drover/code-hosts"
import { Effect } from "effect"
import { hostRepository } from "../../host/CodeHosts.ts"
import { outside } from "../outside.ts"
import { type Run, writeOwn } from "../Run.ts"
import { keep } from "./atPullRequest.ts"
import { described } from "./described.ts"

const publishing = (draft: boolean) =>
  Effect.fnUntraced(function* (run: Run) {
    const operation = draft ? "publishDraft" : "publish"
    const { changeset, claim, current, repository } = run
    const wanted = yield* described(run, operation)
    const pull: CreatePullRequest = {
      repository: hostRepository(repository),
      ...wanted,
      headRef: changeset.headRef,
      draft
    }
    return yield* outside(run, {
      operation,
      intent: { title: pull.title, baseRef: pull.baseRef, headRef: pull.headRef },
      act: (host) => createOrAdopt(host, pull),
      // what was pushed before and is published now is what this spec says: should the attempt end here, and another spec
      // be wanted then, that is where it starts from
      save: (seen) =>
        Effect.andThen(
          writeOwn(claim, { publication: "published", previousSpecId: current?.id ?? null, begunSpecIds: [] }),
          keep(run, seen)
        )
    })
  })

/** One that was there is made to say what is wanted. */
const createOrAdopt = Effect.fnUntraced(function* (host: CodeHost, wanted: CreatePullRequest) {
  const { created, pullRequest } = yield* host.create(wanted)
  if (created) return pullRequest
  const { baseRef, body, draft, repository, title } = wanted
  const at = { repository, externalId: pullRequest.externalId }
  const outdated = pullRequest.title !== title || pullRequest.body !== body || pullRequest.baseRef !== baseRef
  const updated = outdated ? yield* host.update({ ...at, title, body, baseRef }) : pullRequest
  if (updated.draft === draft) return updated
  if (!draft) return yield* host.markReady(at)
  return host.abilities.redraft ? yield* host.markDraft(at) : updated
})

export const publish = publishing(false)
export const publishDraft = publishing(true)
