/**
 * The two ends of a record's life: into the table, and out of it.
 */
import { Duration, Effect } from "effect"
import { sql } from "drizzle-orm"
import { finishedStates } from "../../table/WorkState.ts"
import { checkStates } from "../checkStates.ts"
import type { Key } from "../../table/Key.ts"
import type { StoreParts } from "../StoreParts.ts"
import { deleteFinished } from "../statements/deleteFinished.ts"
import { enqueue } from "../statements/enqueue.ts"
import { wakeExpression } from "../wake.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeEnqueues = <Id extends Key>({
  context,
  database,
  operation,
  tracked
}: StoreParts): Pick<WorkStore<unknown, Id>, "deleteFinished" | "enqueue" | "wake"> => {
  const sweep = deleteFinished(context).prepare("deleteFinished")

  return {
    enqueue: tracked("enqueue", (records) => {
      const list = (Array.isArray(records) ? records : [records]) as ReadonlyArray<Record<string, unknown>>
      return list.length === 0
        ? Effect.succeed([])
        : Effect.map(
            database.run(() => enqueue(context, list)),
            (rows) => rows.map(({ id }) => id as Id)
          )
    }),
    wake: operation("wake")(
      Effect.asVoid(database.control((db) => db.execute(sql`select ${wakeExpression(context.name)}`)))
    ),
    deleteFinished: tracked("deleteFinished", ({ keep, limit, states }) =>
      Effect.andThen(
        checkStates(context.name, states, finishedStates),
        Effect.map(
          database.control(() =>
            sweep.execute({ states, limit, keepMillis: Duration.toMillis(Duration.fromInputUnsafe(keep)) })
          ),
          ({ length }) => length
        )
      )
    )
  }
}
