/**
 * Reads the file of a batch spec, and makes a batch spec of it.
 */
import type { ActorId } from "@drover/handlers"
import { createBatchSpec } from "@drover/handlers/batchChanges"
import { Effect, FileSystem, Option } from "effect"
import { As } from "../../globals.ts"
import { BatchSpecRejected, FileUnreadable, NamespaceMissing } from "./BatchError.ts"
import { excerpts } from "./excerpt.ts"

/** The one that is named, else the own one of whoever acts. */
export const namespaceOf = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const login = yield* As
  const namespace = Option.getOrUndefined(Option.orElse(named, () => login))
  return namespace ?? (yield* new NamespaceMissing())
})

/** What is wrong with it is shown where it stands. */
export const readSpec = Effect.fnUntraced(function* (
  file: string,
  { actorId, namespace }: { readonly actorId: ActorId; readonly namespace: string }
) {
  const files = yield* FileSystem.FileSystem
  const source = yield* files
    .readFileString(file)
    .pipe(Effect.mapError((error) => new FileUnreadable({ file, reason: error.message })))
  const rejected = ({ problems }: Pick<BatchSpecRejected, "problems">) =>
    new BatchSpecRejected({ file, problems, excerpts: excerpts(file, source, problems) })
  return yield* createBatchSpec({ source, namespace, actorId }).pipe(
    Effect.catchTags({
      BatchSpecInvalid: (error) => Effect.fail(rejected(error)),
      BatchSpecUnresolved: (error) =>
        Effect.fail(
          rejected({
            problems: error.problems.map(({ column, line, message, path }) => ({ line, column, path, message }))
          })
        )
    })
  )
})
