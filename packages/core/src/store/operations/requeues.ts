/**
 * What a person, or an attempt itself, asks of a record: to be queued again, or
 * to be canceled.
 */
import { Duration, Effect } from "effect"
import { type Fence, fencesValues, fenceValues } from "../Fence.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { cancel } from "../statements/cancel.ts"
import { release } from "../statements/release.ts"
import { requeueClaim, requeueRecord } from "../statements/requeue.ts"
import type { RequeueOptions, WorkStore } from "../WorkStore.ts"

export const makeRequeues = <Id extends Key>({
  context,
  database: { control, mark, prepareRaw },
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, "cancel" | "release" | "requeue"> => {
  const own = requeueClaim(context).prepare("requeueClaim")
  const any = requeueRecord(context).prepare("requeueRecord")
  const putBack = prepareRaw(release(context))
  const cancelIds = cancel(context).prepare("cancel")

  return {
    requeue: tracked(
      "requeue",
      (
        target: Fence<Id> | Id,
        { after, completedToo = false }: RequeueOptions & { readonly completedToo?: boolean | undefined } = {}
      ) => {
        const moment = momentOf(after)
        const rows = isFence(target)
          ? mark(() => own.execute({ ...fenceValues(target), ...moment }))
          : mark(() => any.execute({ id: target, completedToo, ...moment }))
        return Effect.map(rows, ({ length }) => length > 0)
      }
    ),
    release: tracked("release", (fences) =>
      fences.length === 0
        ? Effect.succeed([])
        : Effect.map(
            control(() => putBack.execute(fencesValues(fences))),
            (rows) => {
              const released = Array.from(fences, () => false)
              for (const [place] of rows) released[(place as number) - 1] = true
              return released
            }
          )
    ),
    cancel: tracked("cancel", (ids) =>
      ids.length === 0
        ? Effect.succeed({ canceled: [], requested: [] })
        : Effect.map(
            mark(() => cancelIds.execute({ ids })),
            (rows) => ({
              canceled: rows.filter(({ state }) => state === "canceled").map(({ id }) => id as Id),
              requested: rows.filter(({ state }) => state !== "canceled").map(({ id }) => id as Id)
            })
          )
    )
  }
}

const isFence = <Id extends Key>(target: Fence<Id> | Id): target is Fence<Id> => typeof target === "object"

/** A moment, or a time from now, as the statements take it. */
const momentOf = (after: RequeueOptions["after"]): { readonly after: string | null; readonly delayMillis: number } =>
  after instanceof Date
    ? { after: after.toISOString(), delayMillis: 0 }
    : { after: null, delayMillis: after === undefined ? 0 : Duration.toMillis(Duration.fromInputUnsafe(after)) }
