/** Flags that every bulk operation has: which changesets, and whether to wait. */
import type { ActorId } from "@drover/handlers"
import type { ChangesetChoice } from "@drover/handlers/batchChanges"
import { Effect, type Option } from "effect"
import { Flag } from "effect/cli"
import { given } from "../../../flags.ts"
import { type FilterOptions, filterFlags, filterOf } from "../changesetFlags.ts"
import { batchChange } from "../named.ts"

export const bulkFlags = {
  batchChange,
  changesets: Flag.Int("changeset").pipe(
    Flag.withMetavar("ID"),
    Flag.withDescription("Only this one; give it several times for several. Without it, all that match"),
    Flag.between(0, 1000)
  ),
  ...filterFlags,
  key: Flag.String("key").pipe(
    Flag.withMetavar("TEXT"),
    Flag.withDescription("Whoever asks again with the same key gets what the first time gave"),
    Flag.optional
  ),
  wait: given("wait", "Until it is done to all; ends with 1 where it failed for some")
}

export interface BulkOptions extends FilterOptions {
  readonly batchChange: string
  readonly changesets: ReadonlyArray<number>
  readonly key: Option.Option<string>
  readonly wait: boolean
}

export const choiceOf = Effect.fnUntraced(function* ({ changesets, ...filters }: BulkOptions, actorId: ActorId) {
  const choice: ChangesetChoice =
    changesets.length > 0 ? { changesetIds: changesets } : { matching: yield* filterOf(filters, actorId) }
  return choice
})
