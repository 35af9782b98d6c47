/**
 * Many records in one transaction: locked, handled and ended, with one commit.
 */
import { Duration, Effect } from "effect"
import type { SQL } from "drizzle-orm"
import type { RawRow } from "../../database/router.ts"
import type { Key } from "../../table/Key.ts"
import type { WorkState } from "../../table/WorkState.ts"
import { cached } from "../cached.ts"
import type { ClaimStore } from "../Claim.ts"
import type { End, Requeued } from "../End.ts"
import type { LockedBatch } from "../LockedBatch.ts"
import { ExecutionLogEntryNotUpdated } from "../StoreError.ts"
import type { StoreParts } from "../StoreParts.ts"
import { storable, storableJson } from "../storable.ts"
import { lockCandidates, readLocked, viewReader } from "../statements/dequeueView.ts"
import { addLockedEntry, updateLockedEntry } from "../statements/executionLogs.ts"
import { completeBatch, endBatch } from "../statements/finishBatch.ts"
import { asHandled, batchReader, lockBatch } from "../statements/lockBatch.ts"
import type { DequeueOptions, WorkStore } from "../WorkStore.ts"

const none: ReadonlyArray<SQL> = []

export const makeBatches = <Id extends Key>({
  context,
  database,
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, "lockBatch"> => {
  const { prepareRaw, run } = database
  const throughView = context.source !== context.table
  const reader = throughView ? viewReader(context, asHandled(context)) : batchReader(context)
  const lockRows = cached((conditions) => prepareRaw(lockBatch(context, conditions, reader)))
  const lockIds = cached((conditions) => lockCandidates(context, conditions).prepare("lockCandidates"))
  const readRows = cached((conditions) => prepareRaw(readLocked(context, conditions, reader)))
  const allComplete = prepareRaw(completeBatch(context))
  const anyEnd = prepareRaw(endBatch(context))

  const locked = (limit: number, options: DequeueOptions<string>) => {
    const conditions = options.conditions ?? none
    const values = { ...options.values, limit }
    if (!throughView) return run(() => lockRows(conditions).execute(values))
    return Effect.flatMap(
      run(() => lockIds(conditions).execute(values)),
      (ids) =>
        ids.length === 0
          ? Effect.succeed<ReadonlyArray<RawRow>>([])
          : run(() => readRows(conditions).execute({ ...options.values, ids: ids.map(({ id }) => id) }))
    )
  }

  return {
    lockBatch: tracked("lockBatch", (limit, options: DequeueOptions<string> = {}) =>
      Effect.map(locked(limit, options), (rows): LockedBatch<unknown, Id> => {
        const workerHostname = options.workerHostname ?? ""
        const logs = new LockedLogs<Id>()
        const { bad, claims } = reader.read<unknown, Id>(rows, workerHostname, claimStore(logs))
        const failures = bad.map(({ id, reason }) => ({ id, end: failed(reason), undone: true }))
        return {
          claims,
          size: rows.length,
          finish: (ends) => {
            const all = [...ends.map((end, at) => ({ ...end, id: claims[at]!.id })), ...failures]
            if (all.length === 0) return Effect.succeed([])
            const statement = all.every(({ end }) => end._tag === "Completed") ? allComplete : anyEnd
            const values = {
              ids: all.map(({ id }) => id),
              logged: `{${all.map(({ id, undone }) => !undone && logs.has(id)).join(",")}}`,
              endings: all.map(({ end }) => end._tag.toLowerCase()),
              messages: all.map(({ end }) => messageOf(end)),
              rests: all.map(({ end }) => restOf(end)),
              workerHostname
            }
            return Effect.map(
              run(() => statement.execute(values)),
              (answer) => statesOf(answer, all.length).slice(0, ends.length)
            )
          }
        }
      })
    )
  }

  /** A claim by a lock: nobody can take it away, and its log is ours to write. */
  function claimStore(logs: LockedLogs<Id>): ClaimStore<Id> {
    const notUpdated = (id: Id, entry: number) =>
      Effect.fail(new ExecutionLogEntryNotUpdated({ store: context.name, id, entry }))
    return {
      name: context.name,
      database,
      markComplete: () => Effect.succeed("completed"), // the batch does, once the handler has returned
      addExecutionLogEntry: ({ id }, entry) =>
        Effect.map(
          run(() => addLockedEntry(context, !logs.has(id)).execute({ id, entry: storableJson(entry) })),
          () => logs.add(id)
        ),
      updateExecutionLogEntry: ({ id }, number, entry) =>
        number < 1 || number > logs.size(id)
          ? notUpdated(id, number)
          : Effect.asVoid(run(() => updateLockedEntry(context).execute({ id, number, entry: storableJson(entry) })))
    }
  }
}

/** How many log entries each record of a batch has of this attempt; those of an earlier one are replaced by the first. */
class LockedLogs<Id> {
  readonly #sizes = new Map<Id, number>()
  has(id: Id): boolean {
    return this.#sizes.has(id)
  }
  size(id: Id): number {
    return this.#sizes.get(id) ?? 0
  }
  add(id: Id): number {
    const size = this.size(id) + 1
    this.#sizes.set(id, size)
    return size
  }
}

const failed = (message: string): End => ({ _tag: "Failed", message })

const messageOf = (end: End | Requeued): string | null => ("message" in end ? storable(end.message) : null)

const restOf = (end: End | Requeued): number | null => {
  if (!("after" in end)) return null
  return end.after === undefined ? 0 : Duration.toMillis(end.after)
}

/** From a row a state, with the places that came to it, to a state a place. */
export const statesOf = (rows: ReadonlyArray<RawRow>, count: number): ReadonlyArray<WorkState | undefined> => {
  const states: Array<WorkState | undefined> = Array.from({ length: count })
  for (const [state, places] of rows as ReadonlyArray<readonly [WorkState, ReadonlyArray<number>]>) {
    for (const place of places) states[place - 1] = state
  }
  return states
}
