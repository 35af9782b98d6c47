/**
 * Says something on the pull request.
 *
 * Where the host takes one comment for a key, the key is enough. Elsewhere the comment carries a mark that people do not
 * see, and an attempt that cannot know whether an earlier one was heard looks for it.
 */
import type { CodeHost, PullRequestAt } from "@drover/code-hosts"
import { Effect } from "effect"
import { recordChangesetEvents } from "../../changesets/recordChangesetEvent.ts"
import { type BulkJob, keyOf } from "../BulkJob.ts"
import type { BulkOperationOf } from "../BulkOperation.ts"
import { tellOnce } from "../tellHost.ts"

export const comment = (job: BulkJob, { message }: BulkOperationOf<"comment">) => {
  const { record } = job.claim
  const key = keyOf(record)
  const say = (host: CodeHost, at: PullRequestAt, body: string) => host.comment({ ...at, body, key })
  return tellOnce(job, {
    tell: (host, at) => {
      if (host.abilities.idempotentComments) return say(host, at, message)
      const mark = markOf(key)
      const saying = say(host, at, `${message}\n\n${mark}`)
      if (record.tellingHostAt === null) return saying
      return Effect.flatMap(host.hasComment({ ...at, text: mark }), (there) => (there ? Effect.void : saying))
    },
    look: () => Effect.void,
    record: () =>
      recordChangesetEvents([
        {
          changesetId: record.changesetId,
          kind: "commented",
          key,
          actorId: record.userId,
          payload: { bulkOperationId: record.bulkOperationId }
        }
      ])
  })
}

/** Markdown shows nothing of it. */
const markOf = (key: string): string => `<!-- drover: ${key} -->`
