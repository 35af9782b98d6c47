/**
 * The log of an attempt: adding to it, and replacing what was added.
 */
import { Effect } from "effect"
import { fenceValues } from "../Fence.ts"
import { storableJson } from "../storable.ts"
import { ExecutionLogEntryNotUpdated } from "../StoreError.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { addExecutionLogEntry, updateExecutionLogEntry } from "../statements/executionLogs.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeExecutionLogs = <Id extends Key>({
  context,
  database,
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, "addExecutionLogEntry" | "updateExecutionLogEntry"> => {
  const add = addExecutionLogEntry(context).prepare("addExecutionLogEntry")
  const update = updateExecutionLogEntry(context).prepare("updateExecutionLogEntry")
  const notUpdated = (id: Id, entry?: number) =>
    Effect.fail(new ExecutionLogEntryNotUpdated({ store: context.name, id, ...(entry === undefined ? {} : { entry }) }))

  return {
    addExecutionLogEntry: tracked("addExecutionLogEntry", (fence, entry) =>
      Effect.flatMap(
        database.mark(() => add.execute({ ...fenceValues(fence), entry: storableJson(entry) })),
        ([row]) => (row === undefined ? notUpdated(fence.id) : Effect.succeed(row.number))
      )
    ),
    updateExecutionLogEntry: tracked("updateExecutionLogEntry", (fence, number, entry) =>
      Effect.flatMap(
        database.mark(() => update.execute({ ...fenceValues(fence), number, entry: storableJson(entry) })),
        ([row]) => (row === undefined ? notUpdated(fence.id, number) : Effect.void)
      )
    )
  }
}
