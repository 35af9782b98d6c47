/**
 * How far a batch change is: told live, and at its end.
 */
import { type BulkOperationView, type ChangesetView, listChangesets } from "@drover/handlers/batchChanges"
import { Console, Effect, Schedule } from "effect"

const LOOK_EVERY = "300 millis"

/** `3 merged · 9 open`, the most first. Pure. */
export const describeStates = (changesets: ReadonlyArray<Pick<ChangesetView, "computedState">>): string => {
  const counts = new Map<string, number>()
  for (const { computedState } of changesets) counts.set(computedState, (counts.get(computedState) ?? 0) + 1)
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b))
    .map(([state, count]) => `${count} ${state}`)
    .join(" · ")
}

const atWork: ReadonlyArray<string> = ["processing", "retrying", "scheduled"]

const isSettled = ({ computedState }: ChangesetView) => !atWork.includes(computedState)

/** Says how many changesets are in which state whenever that has changed, until `done`. Gives them as they are then. */
export const watch = Effect.fnUntraced(function* (
  { batchChangeId, name }: { readonly batchChangeId: number; readonly name: string },
  done: (changesets: ReadonlyArray<ChangesetView>) => boolean = (changesets) => changesets.every(isSettled)
) {
  let said = ""
  const look = Effect.gen(function* () {
    const { changesets } = yield* listChangesets({ batchChangeId, limit: 1000 })
    const line = describeStates(changesets)
    if (line !== said) yield* Console.log(`${name}: ${line}`)
    said = line
    return changesets
  })
  return yield* look.pipe(Effect.repeat({ until: done, schedule: Schedule.spaced(LOOK_EVERY) }))
})

/** What became of each changeset, and why of those that were not merged. Pure. */
export const describeOutcome = (
  name: string,
  changesets: ReadonlyArray<ChangesetView>,
  { errors, refused }: Pick<BulkOperationView, "errors" | "refused">
): string => {
  const why = (changeset: ChangesetView): string =>
    changeset.attention ??
    errors.find(({ changesetId }) => changesetId === changeset.id)?.message ??
    changeset.failureMessage ??
    refused.find(({ changesetId }) => changesetId === changeset.id)?.why ??
    "nobody merged it yet"
  const merged = changesets.filter(({ computedState }) => computedState === "merged")
  const others = changesets.filter(({ computedState }) => computedState !== "merged")
  const named = ({ externalId, repository }: ChangesetView) => `${repository}#${externalId ?? "?"}`
  return [
    `${name}: ${merged.length} of ${changesets.length} are merged: ${merged.map(named).join(", ")}`,
    ...(others.length === 0 ? [] : [`${name}: ${others.length} are not, and here is why:`]),
    ...others.map(
      (changeset) => `  ${named(changeset).padEnd(20)} ${changeset.computedState.padEnd(10)} ${why(changeset)}`
    )
  ].join("\n")
}
