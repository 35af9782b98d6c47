/** A bulk operation in full, for people. Pure. */
import type { BulkOperationView } from "@drover/handlers/batchChanges"
import { details } from "../../../output/details.ts"
import type { Look } from "../../../output/Look.ts"
import { section } from "../../../output/section.ts"
import { toneOf } from "../../../output/style.ts"
import { moment, momentOrNone } from "../../../output/time.ts"

/** `3 completed, 1 failed`. */
export const countsInWords = ({ counts }: Pick<BulkOperationView, "counts">): string => {
  const parts = Object.entries(counts).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]))
  return parts.length === 0 ? "nothing to do" : parts.join(", ")
}

export const renderBulkOperation = (found: BulkOperationView, look: Look): string => {
  const { askedBy, byOperator, canceledAt, createdAt, errors, finishedAt, id, refused, state, total, type } = found
  const facts = details(
    `Bulk operation ${id}: ${type}`,
    [
      ["State", state, toneOf(state)],
      ["Done", `${Math.round(found.progress * 100)}% of ${total}: ${countsInWords(found)}`],
      ["Asked by", byOperator ? "the operator" : (askedBy ?? "somebody who is gone")],
      ["Asked", moment(createdAt)],
      ["Canceled", momentOrNone(canceledAt)],
      ["Finished", momentOrNone(finishedAt)]
    ],
    look
  )
  const failures = errors.map(({ changesetId, externalId, message, repository, state: now }) => {
    const where = `${repository}${externalId === null ? ` (changeset ${changesetId})` : `#${externalId}`}`
    return `${where}: ${message}${now === "errored" ? " (it is tried again)" : ""}`
  })
  const others = refused.map(({ changesetId, why }) => `changeset ${changesetId} ${why}`)
  return [
    facts,
    failures.length === 0 ? "" : section("Errors", failures.join("\n"), look),
    others.length === 0 ? "" : section("Not offered", others.join("\n"), look)
  ].join("")
}
