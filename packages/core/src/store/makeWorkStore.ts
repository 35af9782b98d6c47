/**
 * A store of a work table: checks the options, prepares the statements.
 */
import { Duration, Effect } from "effect"
import { type SQL, sql } from "drizzle-orm"
import type { AnyPgColumn, PgTable, PgView } from "drizzle-orm/pg-core"
import { Database } from "../database/Database.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"
import { delayAfter, standard, validate } from "../retry/RetryPolicy.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { finishedStates, type WorkState } from "../table/WorkState.ts"
import type { ClaimStore } from "./Claim.ts"
import { makeDequeues } from "./dequeues.ts"
import { type Fence, fenceValues } from "./Fence.ts"
import { type ContextOptions, makeContext } from "./makeContext.ts"
import { ExecutionLogEntryNotUpdated, InvalidOptions } from "./StoreError.ts"
import {
  checkLimits,
  type IdOf,
  type NameOf,
  type RowOf,
  type Selected,
  type SourceOf,
  type StoreOptions
} from "./StoreOptions.ts"
import { cancel } from "./statements/cancel.ts"
import * as counts from "./statements/counts.ts"
import { deleteFinished } from "./statements/deleteFinished.ts"
import { enqueue } from "./statements/enqueue.ts"
import { addExecutionLogEntry, updateExecutionLogEntry } from "./statements/executionLogs.ts"
import { heartbeat } from "./statements/heartbeat.ts"
import { markComplete } from "./statements/markComplete.ts"
import { markErrored } from "./statements/markErrored.ts"
import { markFailed } from "./statements/markFailed.ts"
import { requeueClaim, requeueRecord } from "./statements/requeue.ts"
import { resetStalled } from "./statements/resetStalled.ts"
import { wakeExpression } from "./wake.ts"
import type { ConditionOptions, RequeueOptions, WorkStore } from "./WorkStore.ts"

type Key = number | string | bigint

/**
 * Makes a store over `table`.
 *
 * Fails with `InvalidOptions` when an option cannot work; its message names the option and the rule.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <
  T extends PgTable,
  V extends PgView = never,
  Fields extends Record<string, AnyPgColumn | SQL.Aliased> = never
>(
  options: StoreOptions<T, V, Fields>
): Effect.fn.Return<
  WorkStore<
    [Fields] extends [never] ? RowOf<SourceOf<T, V>> : Selected<Fields>,
    IdOf<T>,
    NameOf<SourceOf<T, V>>,
    T["$inferInsert"]
  >,
  InvalidOptions,
  Database
> {
  const database = yield* Database
  const clock = yield* DatabaseClock
  const { limits, retry } = yield* checked(() => ({
    limits: checkLimits(options),
    retry: validate(options.name, options.retry ?? standard)
  }))
  const firstDelay = yield* delayAfter(retry, 1)
  const context = yield* checked(() =>
    makeContext(options as ContextOptions, database.db, clock, retry.attempts, firstDelay)
  )
  return build(context, database, limits, retry, firstDelay) as never
})

const checked = <A>(make: () => A): Effect.Effect<A, InvalidOptions> =>
  Effect.try({ try: make, catch: (thrown) => thrown }).pipe(
    Effect.catch((thrown) => (thrown instanceof InvalidOptions ? Effect.fail(thrown) : Effect.die(thrown)))
  )

const build = <Id extends Key>(
  context: ReturnType<typeof makeContext>,
  database: Database["Service"],
  limits: ReturnType<typeof checkLimits>,
  retry: typeof standard,
  firstDelay: Duration.Duration | undefined
): WorkStore<unknown, Id> => {
  const { name } = context
  const metrics = operationMetrics("drover_store", { store: name })
  /** Names the span and the metrics of an operation. */
  const operation = (op: string) => {
    const track = metrics.track(op)
    const span = `WorkStore.${op}`
    const attributes = { store: name }
    return <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.withSpan(track(effect), span, { attributes })
  }
  const tracked = <Arguments extends ReadonlyArray<unknown>, A, E, R>(
    op: string,
    body: (...args: Arguments) => Effect.Effect<A, E, R>
  ) => {
    const as = operation(op)
    return (...args: Arguments): Effect.Effect<A, E, R> => as(body(...args))
  }
  const { control } = database

  const complete = markComplete(context).prepare("markComplete")
  const errored = markErrored(context).prepare("markErrored")
  const failed = markFailed(context).prepare("markFailed")
  const marked = (rows: ReadonlyArray<{ readonly state: unknown }>): WorkState | undefined =>
    rows[0]?.state as WorkState | undefined
  const mark = (op: string, execute: (values: Record<string, unknown>) => PromiseLike<ReadonlyArray<{ state: unknown }>>) =>
    tracked(op, (fence: Fence<Id>, values: Record<string, unknown> = {}) =>
      Effect.map(
        control(() => execute({ ...fenceValues(fence), ...values })),
        marked
      )
    )
  const runComplete = mark("markComplete", (values) => complete.execute(values))
  const runErrored = mark("markErrored", (values) => errored.execute(values))
  const runFailed = mark("markFailed", (values) => failed.execute(values))
  const restAfterFailure = Duration.toMillis(firstDelay ?? Duration.zero)

  const addEntry = addExecutionLogEntry(context).prepare("addExecutionLogEntry")
  const updateEntry = updateExecutionLogEntry(context).prepare("updateExecutionLogEntry")
  const claimStore: ClaimStore<Id> = {
    name,
    database,
    markComplete: (fence) => runComplete(fence),
    addExecutionLogEntry: tracked("addExecutionLogEntry", (fence, entry) =>
      Effect.flatMap(
        control(() => addEntry.execute({ ...fenceValues(fence), entry: JSON.stringify(entry) })),
        ([row]) =>
          row === undefined
            ? Effect.fail(new ExecutionLogEntryNotUpdated({ store: name, id: fence.id }))
            : Effect.succeed(row.number)
      )
    ),
    updateExecutionLogEntry: tracked("updateExecutionLogEntry", (fence, number, entry) =>
      Effect.flatMap(
        control(() => updateEntry.execute({ ...fenceValues(fence), number, entry: JSON.stringify(entry) })),
        ([row]) =>
          row === undefined
            ? Effect.fail(new ExecutionLogEntryNotUpdated({ store: name, id: fence.id, entry: number }))
            : Effect.void
      )
    )
  }
  const dequeues = makeDequeues<unknown, Id>(context, database, claimStore, (fence, message) =>
    runFailed(fence, { message })
  )

  const beat = heartbeat(context).prepare("heartbeat")
  const requeueOwn = requeueClaim(context).prepare("requeueClaim")
  const requeueAny = requeueRecord(context).prepare("requeueRecord")
  const cancelIds = cancel(context).prepare("cancel")
  const reset = resetStalled(context).prepare("resetStalled")
  const oldest = counts.maxDurationInQueue(context).prepare("maxDurationInQueue")
  const byState = counts.countByState(context).prepare("countByState")
  const sweep = deleteFinished(context).prepare("deleteFinished")

  const wake = operation("wake")(Effect.asVoid(control((db) => db.execute(sql`select ${wakeExpression(name)}`))))
  const wakeIfDue = ({ after }: RequeueOptions) => (after === undefined ? wake : Effect.void)

  const nonEmpty = (field: string, states: ReadonlyArray<WorkState>): Effect.Effect<void, InvalidOptions> =>
    states.length > 0
      ? Effect.void
      : Effect.fail(new InvalidOptions({ store: name, field, rule: "must name at least one state" }))

  return {
    name,
    retry,
    stalledMaxAge: limits.stalledMaxAge,
    ...{
      dequeue: tracked("dequeue", dequeues.dequeue),
      dequeueBatch: tracked("dequeue", dequeues.dequeueBatch),
      dequeueLocked: tracked("dequeueLocked", dequeues.dequeueLocked),
      dequeueIndependent: tracked("dequeueLocked", dequeues.dequeueIndependent)
    },
    enqueue: tracked("enqueue", (records) => {
      const list = (Array.isArray(records) ? records : [records]) as ReadonlyArray<Record<string, unknown>>
      return list.length === 0
        ? Effect.succeed([])
        : Effect.map(
            database.run(() => enqueue(context, list)),
            (rows) => rows.map(({ id }) => id as Id)
          )
    }),
    wake,
    queuedCount: tracked("queuedCount", (options: ConditionOptions<string> & { readonly processingToo?: boolean | undefined } = {}) =>
      Effect.map(
        control(() =>
          counts
            .queuedCount(context, options.conditions ?? [], options.processingToo ?? false)
            .prepare("queuedCount")
            .execute(options.values ?? {})
        ),
        ([row]) => row?.count ?? 0
      )
    ),
    countByState: tracked("countByState", (states) =>
      Effect.andThen(
        nonEmpty("states", states),
        Effect.map(
          control(() => byState.execute({ states })),
          (rows) => Object.fromEntries(rows.map((row) => [row.state, row.count]))
        )
      )
    ),
    exists: tracked("exists", (states: ReadonlyArray<WorkState>, options: ConditionOptions<string> = {}) =>
      Effect.andThen(
        nonEmpty("states", states),
        Effect.map(
          control(() =>
            counts
              .exists(context, sql.join(states.map((state) => sql`${state}`), sql`, `), options.conditions ?? [])
              .prepare("exists")
              .execute(options.values ?? {})
          ),
          (rows) => rows.length > 0
        )
      )
    ),
    maxDurationInQueue: operation("maxDurationInQueue")(
      Effect.map(
        control(() => oldest.execute()),
        ([row]) => Duration.millis(row?.millis ?? 0)
      )
    ),
    requeue: tracked(
      "requeue",
      (target: Fence<Id> | Id, options: RequeueOptions & { readonly completedToo?: boolean | undefined } = {}) => {
        const values = { ...momentOf(options.after), completedToo: options.completedToo ?? false }
        const rows = isFence(target)
          ? control(() => requeueOwn.execute({ ...fenceValues(target), ...values }))
          : control(() => requeueAny.execute({ id: target, ...values }))
        return Effect.flatMap(rows, ({ length }) =>
          length === 0 ? Effect.succeed(false) : Effect.as(wakeIfDue(options), true)
        )
      }
    ),
    addExecutionLogEntry: claimStore.addExecutionLogEntry,
    updateExecutionLogEntry: claimStore.updateExecutionLogEntry,
    heartbeat: (fences) =>
      fences.length === 0 ? Effect.succeed({ held: [], canceled: [] }) : runHeartbeat(fences),
    markComplete: (fence) => runComplete(fence),
    markErrored: (fence, message, { after } = {}) =>
      runErrored(fence, {
        message,
        delayMillis: after === undefined ? restAfterFailure : Duration.toMillis(Duration.fromInputUnsafe(after))
      }),
    markFailed: (fence, message) => runFailed(fence, { message }),
    cancel: tracked("cancel", (ids) =>
      Effect.map(
        control(() => cancelIds.execute({ ids })),
        (rows) => ({
          canceled: rows.filter(({ state }) => state === "canceled").map(({ id }) => id as Id),
          requested: rows.filter(({ state }) => state !== "canceled").map(({ id }) => id as Id)
        })
      )
    ),
    resetStalled: operation("resetStalled")(
      Effect.suspend(() =>
        control(() =>
          reset.execute({
            stalledMillis: Duration.toMillis(limits.stalledMaxAge),
            maxResets: limits.maxNumResets,
            message: limits.resetFailureMessage
          })
        )
      ).pipe(
        Effect.map((rows) => {
          const ages = (state: WorkState) =>
            new Map(
              rows
                .filter((row) => row.state === state)
                .map((row) => [row.id as Id, row.age === null ? Duration.infinity : Duration.millis(row.age)] as const)
            )
          return { reset: ages("queued"), failed: ages("failed"), canceled: ages("canceled") }
        }),
        Effect.tap(({ reset: { size } }) => (size > 0 ? wake : Effect.void))
      )
    ),
    deleteFinished: tracked("deleteFinished", ({ keep, limit, states }) =>
      states.some((state) => !finishedStates.includes(state))
        ? Effect.fail(
            new InvalidOptions({ store: name, field: "states", rule: `must be among ${finishedStates.join(", ")}` })
          )
        : Effect.andThen(
            nonEmpty("states", states),
            Effect.map(
              control(() =>
                sweep.execute({ states, limit, keepMillis: Duration.toMillis(Duration.fromInputUnsafe(keep)) })
              ),
              ({ length }) => length
            )
          )
    ),
    transact: (effect) => database.transaction(effect)
  }

  function runHeartbeat(fences: ReadonlyArray<Fence<Id>>) {
    return operation("heartbeat")(
      Effect.map(
        control(() =>
          beat.execute({
            ids: fences.map(({ id }) => id),
            attempts: fences.map(({ attempt }) => attempt),
            workerHostname: fences[0]?.workerHostname ?? null
          })
        ),
        (rows) => ({
          held: rows.map(({ id }) => id as Id),
          canceled: rows.filter(({ cancel: asked }) => asked).map(({ id }) => id as Id)
        })
      )
    )
  }
}

const isFence = <Id>(target: Fence<Id> | Id): target is Fence<Id> => typeof target === "object" && target !== null

/** A moment, or a time from now, as the statement takes it. */
const momentOf = (after: RequeueOptions["after"]): { readonly after: string | null; readonly delayMillis: number } =>
  after instanceof Date
    ? { after: after.toISOString(), delayMillis: 0 }
    : { after: null, delayMillis: after === undefined ? 0 : Duration.toMillis(Duration.fromInputUnsafe(after)) }

