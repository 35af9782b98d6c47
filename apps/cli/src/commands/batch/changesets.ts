import { type ChangesetView, listChangesets } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { limitTo } from "../../flags.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { changesetJson } from "./batchChangeJson.ts"
import { batchForge } from "./batchForge.ts"
import { filterFlags, filterOf } from "./changesetFlags.ts"
import { batchChange, requireBatchChange } from "./named.ts"

export const changesets = Command.make(
  "changesets",
  {
    batchChange,
    ...filterFlags,
    search: Flag.String("search").pipe(
      Flag.withMetavar("TEXT"),
      Flag.withDescription("Only those with this in title, branch or repository"),
      Flag.optional
    ),
    after: Flag.Int("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only changesets after this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(1000)
  },
  Effect.fnUntraced(function* ({ after, batchChange: named, limit, search, ...filters }) {
    const actorId = yield* actor
    const { id } = yield* requireBatchChange(named, actorId)
    const page = yield* listChangesets({
      batchChangeId: id,
      ...(yield* filterOf(filters, actorId)),
      search: Option.getOrUndefined(search),
      after: Option.getOrUndefined(after),
      limit,
      actorId
    })
    const hidden = page.hidden === 0 ? "" : `${page.hidden} more in repositories that you may not read\n`
    const more = page.next === null ? "" : `There are more: --after ${page.next}\n`
    yield* show(page.changesets.map(changesetJson), (look) =>
      page.changesets.length === 0
        ? `No changesets\n${hidden}`
        : `${table(columns, page.changesets, look)}${hidden}${more}`
    )
  })
).pipe(Command.withDescription("List the changesets of a batch change"), Command.provide(batchForge))

const columns: ReadonlyArray<Column<ChangesetView>> = [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "REPOSITORY", cell: ({ repository }) => repository, shrinks: true },
  { title: "BRANCH", cell: ({ headRef }) => headRef, shrinks: true },
  { title: "PR", cell: ({ externalId }) => (externalId === null ? "-" : `#${externalId}`) },
  { title: "STATE", cell: ({ computedState }) => computedState, tone: ({ computedState }) => toneOf(computedState) },
  {
    title: "MERGEABLE",
    cell: ({ mergeableState }) => mergeableState ?? "-",
    tone: ({ mergeableState }) => toneOf(mergeableState ?? "")
  },
  { title: "CHECKS", cell: ({ checkState }) => checkState ?? "-", tone: ({ checkState }) => toneOf(checkState ?? "") },
  { title: "ABOUT", cell: (changeset) => aboutOf(changeset), shrinks: true }
]

/** What a person has to know first. */
const aboutOf = ({ attention, conflictedPaths, failureMessage, syncError, title }: ChangesetView): string =>
  attention ??
  failureMessage ??
  (conflictedPaths.length > 0 ? `conflicts: ${conflictedPaths.join(", ")}` : (syncError ?? title))
