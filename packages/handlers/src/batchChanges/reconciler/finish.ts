/**
 * Ends an attempt that came to its end: whatever it means and that the record is completed is one commit.
 */
import type { Claim } from "@drover/core"
import { sql } from "drizzle-orm"
import { changesets } from "../../schema/changesets.ts"
import { writeOwn } from "./Run.ts"

/** @category options */
export interface Finish {
  /** The spec that was planned for. */
  readonly specId: number | null
  /** Whether the changeset is what that spec says. */
  readonly reached: boolean
  /** Whether what was asked to be closed is. Asked for again while this attempt ran, it is the next one's. */
  readonly closeAnswered: boolean
}

/**
 * The spec that was planned for becomes the one that the changeset was brought to, even where another has come
 * meanwhile: what differs between those two is the next attempt's. Fails with `LeaseLost`. Served by the primary key.
 */
export const finish = (claim: Claim<unknown>, { closeAnswered, reached, specId }: Finish) =>
  claim.completeIn(
    writeOwn(claim, {
      previousFailureMessage: null,
      attention: null,
      ...(closeAnswered ? { closing: sql`${changesets.closing} and ${changesets.runAgain}` } : {}),
      ...(reached && specId !== null ? { previousSpecId: specId, begunSpecIds: [] } : {})
    })
  )
