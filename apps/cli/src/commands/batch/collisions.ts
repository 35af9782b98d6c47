import { forecastCollisions, type PendingHead, type RepositoryCollisions } from "@drover/handlers/batchChanges"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { counted } from "../../output/counted.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { batchForge } from "./batchForge.ts"
import { batchChange, requireBatchChange } from "./named.ts"

export const collisions = Command.make(
  "collisions",
  { batchChange },
  Effect.fnUntraced(function* ({ batchChange: named }) {
    const actorId = yield* actor
    const { id } = yield* requireBatchChange(named, actorId)
    const forecast = yield* forecastCollisions({ batchChangeId: id, actorId })
    const { hidden, repositories } = forecast
    const rows = repositories.flatMap(rowsOf)
    const total = (count: (one: RepositoryCollisions) => number) =>
      repositories.reduce((sum, one) => sum + count(one), 0)
    const untried = total((one) => one.untried)
    yield* show(forecast, (look) =>
      [
        rows.length === 0 ? "" : `${table(columns, rows, look)}\n`,
        `${counted(
          total((one) => one.collisions.length),
          "collision"
        )} of ${counted(
          total(({ heads }) => heads.length),
          "pending pull request"
        )}; ${counted(
          total(({ merges }) => merges),
          "merge"
        )} tried\n`,
        untried === 0 ? "" : `${counted(untried, "pair")} more were not tried\n`,
        hidden === 0 ? "" : `${counted(hidden, "changeset")} in repositories that you may not read\n`
      ].join("")
    )
  })
).pipe(
  Command.withDescription(
    "Say which pending pull requests will conflict with those of a batch change, once one is merged"
  ),
  Command.provide(batchForge)
)

interface Row {
  readonly repository: string
  readonly one: string
  readonly other: string
  readonly about: string
}

const nameOf = ({ externalId, headRef }: PendingHead): string => `#${externalId} ${headRef}`

const rowsOf = ({ collisions: pairs, dirty, repository, unknown }: RepositoryCollisions): ReadonlyArray<Row> => [
  ...pairs.map(({ conflictedPaths, one, other }) => ({
    repository,
    one: nameOf(one),
    other: nameOf(other),
    about: conflictedPaths.join(", ")
  })),
  ...dirty.map(({ conflictedPaths, head }) => ({
    repository,
    one: nameOf(head),
    other: head.baseRef,
    about: conflictedPaths.join(", ")
  })),
  ...unknown.map(({ head, why }) => ({ repository, one: nameOf(head), other: "-", about: why }))
]

const columns: ReadonlyArray<Column<Row>> = [
  { title: "REPOSITORY", cell: ({ repository }) => repository },
  { title: "ONE", cell: ({ one }) => one },
  { title: "OTHER", cell: ({ other }) => other },
  { title: "CONFLICTS", cell: ({ about }) => about, shrinks: true }
]
