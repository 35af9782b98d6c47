/**
 * What a store can refuse, besides what the database itself refuses.
 */
import { Schema } from "effect"

const Id = Schema.Union([Schema.Number, Schema.String, Schema.BigInt])

/**
 * The caller no longer owns the record: its lease ran out and another worker
 * has it, or it is finished. Stop working on it; nothing that was asked for was written.
 *
 * @category errors
 */
export class LeaseLost extends Schema.TaggedError<LeaseLost>()("LeaseLost", {
  store: Schema.String,
  id: Id,
  attempt: Schema.Number
}) {
  override get message() {
    return `${this.store}: attempt ${this.attempt} of record ${this.id} is no longer the current one; stop working on it`
  }
}

/**
 * The record that was chosen was locked by somebody else before we could lock
 * it, many times in a row. Dequeue again.
 *
 * @category errors
 */
export class DequeueRace extends Schema.TaggedError<DequeueRace>()("DequeueRace", {
  store: Schema.String,
  races: Schema.Number
}) {
  override get message() {
    return `${this.store}: lost the race for a record ${this.races} times in a row; dequeue again`
  }
}

/**
 * Dequeue was called inside a transaction, where nobody else could see the claim until it ends.
 *
 * @category errors
 */
export class DequeueInTransaction extends Schema.TaggedError<DequeueInTransaction>()("DequeueInTransaction", {
  store: Schema.String
}) {
  override get message() {
    return `${this.store}: dequeue must not be called inside Database.transaction; call it outside, and open the transaction in the handler`
  }
}

/**
 * A record was locked and could then not be read: the view does not show every
 * record of the table, or the id names no record.
 *
 * @category errors
 */
export class RecordNotFound extends Schema.TaggedError<RecordNotFound>()("RecordNotFound", {
  store: Schema.String,
  id: Id
}) {
  override get message() {
    return `${this.store}: record ${this.id} was not found; if the store reads a view, the view must show every record of its table`
  }
}

/**
 * No log entry was added or replaced: the attempt is not the current one, or
 * there is no entry of that number.
 *
 * @category errors
 */
export class ExecutionLogEntryNotUpdated extends Schema.TaggedError<ExecutionLogEntryNotUpdated>()(
  "ExecutionLogEntryNotUpdated",
  { store: Schema.String, id: Id, entry: Schema.optionalKey(Schema.Number) }
) {
  override get message() {
    return this.entry === undefined
      ? `${this.store}: record ${this.id} took no log entry, because the attempt is not the current one`
      : `${this.store}: record ${this.id} has no log entry ${this.entry} of the current attempt; entries are numbered from 1`
  }
}
