/**
 * The two ends of a record's life: into the table, and out of it.
 */
import { Duration, Effect } from "effect"
import { sql } from "drizzle-orm"
import { type DatabaseError, fromDriver } from "../../database/DatabaseError.ts"
import { finishedStates } from "../../table/WorkState.ts"
import { checked } from "../../options/checks.ts"
import { checkStates } from "../checkStates.ts"
import type { Key } from "../../table/Key.ts"
import type { Query } from "../../table/Query.ts"
import { complete, insertable, type RecordValues } from "../insertable.ts"
import { sentRecords } from "../sentRecords.ts"
import type { StoreParts } from "../StoreParts.ts"
import { deleteFinished } from "../statements/deleteFinished.ts"
import { enqueue, type InsertedRow } from "../statements/enqueue.ts"
import { type CountRow, enqueueFrom } from "../statements/enqueueFrom.ts"
import { enqueueValues, recordsAStatement } from "../statements/enqueueValues.ts"
import { lookAgain } from "../wake.ts"
import type { WorkStore } from "../WorkStore.ts"

export const makeEnqueues = <Id extends Key>(
  parts: StoreParts
): Pick<WorkStore<unknown, Id>, "deleteFinished" | "enqueue" | "enqueueFrom" | "wake"> => {
  const { context, database, operation, tracked } = parts
  const sweep = deleteFinished(context).prepare("deleteFinished")

  return {
    enqueue: tracked("enqueue", makeEnqueue<Id>(parts)),
    enqueueFrom: tracked("enqueueFrom", (query: Query<unknown>) =>
      Effect.flatMap(
        checked(() => enqueueFrom(context, query)),
        (statement) =>
          Effect.map(
            database.run((db) => db.execute<CountRow>(statement)),
            ([row]) => row!.count
          )
      )
    ),
    wake: operation("wake")(
      Effect.asVoid(database.control((db) => db.execute(sql`select ${lookAgain(context.name)}`)))
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

const makeEnqueue = <Id extends Key>({ context, database }: StoreParts) => {
  const columns = insertable(context.table)
  const { id } = context.columns

  /** In one transaction: all or none. */
  const inParts = (records: ReadonlyArray<RecordValues>): Effect.Effect<ReadonlyArray<Id>, DatabaseError> => {
    const size = recordsAStatement(columns)
    const parts = Array.from({ length: Math.ceil(records.length / size) }, (_, part) =>
      records.slice(part * size, (part + 1) * size)
    )
    const insert = Effect.forEach(parts, (part) => database.run(() => enqueueValues(context, part)))
    const rows = Effect.map(parts.length > 1 ? database.transaction(insert) : insert, (answers) => answers.flat())
    return Effect.map(rows, (all) => all.map((row) => row.id as Id))
  }

  return (records: RecordValues | ReadonlyArray<RecordValues>): Effect.Effect<ReadonlyArray<Id>, DatabaseError> => {
    const list = (Array.isArray(records) ? records : [records]) as ReadonlyArray<RecordValues>
    if (list.length === 0) return Effect.succeed([])
    // a value that its column cannot encode is a statement that never reaches the server
    const prepared = Effect.try({
      try: () => {
        const completed = complete(columns, list)
        return { completed, sent: sentRecords(columns, completed) }
      },
      catch: fromDriver
    })
    return Effect.flatMap(prepared, ({ completed, sent }) =>
      sent === undefined
        ? inParts(completed)
        : Effect.map(
            database.run((db) => db.execute<InsertedRow>(enqueue(context, sent))),
            (rows) => rows.map((row) => id.mapFromDriverValue(row.id) as Id)
          )
    )
  }
}
