/**
 * Questions about the whole queue.
 */
import { Duration, Effect } from "effect"
import type { WorkState } from "../../table/WorkState.ts"
import { checkStates } from "../checkStates.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import * as statements from "../statements/counts.ts"
import type { ConditionOptions, WorkStore } from "../WorkStore.ts"

type Questions = "queuedCount" | "countByState" | "exists" | "maxDurationInQueue"

export const makeCounts = <Id extends Key>({
  context,
  database: { control },
  operation,
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, Questions> => {
  const byState = statements.countByState(context).prepare("countByState")
  const oldest = statements.maxDurationInQueue(context).prepare("maxDurationInQueue")

  return {
    queuedCount: tracked(
      "queuedCount",
      ({
        conditions = [],
        processingToo = false,
        values = {}
      }: Parameters<WorkStore<unknown, Id>["queuedCount"]>[0] = {}) =>
        Effect.map(
          control(() =>
            statements.queuedCount(context, conditions, processingToo).prepare("queuedCount").execute(values)
          ),
          ([row]) => row?.count ?? 0
        )
    ),
    countByState: tracked("countByState", (states) =>
      Effect.andThen(
        checkStates(context.name, states),
        Effect.map(
          control(() => byState.execute({ states })),
          (rows) => Object.fromEntries(rows.map((row) => [row.state, row.count]))
        )
      )
    ),
    exists: tracked(
      "exists",
      (states: ReadonlyArray<WorkState>, { conditions = [], values = {} }: ConditionOptions<string> = {}) =>
        Effect.andThen(
          checkStates(context.name, states),
          Effect.map(
            control(() => statements.exists(context, states, conditions).prepare("exists").execute(values)),
            ([row]) => row?.found ?? false
          )
        )
    ),
    maxDurationInQueue: operation("maxDurationInQueue")(
      Effect.map(
        control(() => oldest.execute()),
        ([row]) => Duration.millis(row?.millis ?? 0)
      )
    )
  }
}
