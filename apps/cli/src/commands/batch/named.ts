/**
 * Finds a batch change by what people call it.
 */
import type { ActorId } from "@drover/handlers"
import { findBatchChange } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Argument, Flag } from "effect/cli"
import { As } from "../../globals.ts"
import { BatchChangeNameUnknown } from "./BatchError.ts"

export const batchChange = Argument.String("batch-change").pipe(
  Argument.withDescription("NAMESPACE/NAME, its id, or with --as the NAME of one's own")
)

export const namespace = Flag.String("namespace").pipe(
  Flag.withAlias("n"),
  Flag.withMetavar("NAME"),
  Flag.withDescription("A user's login, or an organisation; defaults to that of --as"),
  Flag.optional
)

export const requireBatchChange = Effect.fnUntraced(function* (named: string, actorId: ActorId) {
  const unknown = new BatchChangeNameUnknown({ batchChange: named })
  if (/^[1-9]\d{0,14}$/.test(named)) {
    return yield* findBatchChange({ id: Number(named), actorId }).pipe(
      Effect.catchTag("BatchChangeUnknown", () => Effect.fail(unknown))
    )
  }
  const slash = named.indexOf("/")
  const within = slash === -1 ? Option.getOrUndefined(yield* As) : named.slice(0, slash)
  if (within === undefined || within === "") return yield* unknown
  return yield* findBatchChange({ namespace: within, name: named.slice(slash + 1), actorId }).pipe(
    Effect.catchTags({
      BatchChangeUnknown: () => Effect.fail(unknown),
      NamespaceUnknown: () => Effect.fail(unknown)
    })
  )
})
