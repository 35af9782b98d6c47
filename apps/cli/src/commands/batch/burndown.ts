import {
  burndown,
  type BurndownPoint,
  countedStates,
  progressByRepository,
  type RepositoryProgress
} from "@drover/handlers/batchChanges"
import { listRepositories } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { duration, given } from "../../flags.ts"
import type { Look } from "../../output/Look.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { moment, span } from "../../output/time.ts"
import { batchForge } from "./batchForge.ts"
import { batchChange, requireBatchChange } from "./named.ts"
import { numbersOf } from "./show.ts"
import { forecastInWords, mergeTimesInWords } from "./statisticsInWords.ts"

export const burndownBatch = Command.make(
  "burndown",
  {
    batchChange,
    every: duration("every").pipe(Flag.withDescription("From one line to the next; defaults to 1 day"), Flag.optional),
    from: Flag.Date("from").pipe(
      Flag.withMetavar("DATE"),
      Flag.withDescription("The first moment; defaults to when it was first applied"),
      Flag.optional
    ),
    repo: Flag.String("repo").pipe(
      Flag.withMetavar("OWNER/NAME"),
      Flag.withDescription("Only of this repository"),
      Flag.optional
    ),
    archived: given("archived", "Count what the batch change has put away too"),
    repositories: given("repositories", "Where each repository stands, too")
  },
  Effect.fnUntraced(function* ({ archived, batchChange: named, every, from, repo, repositories }) {
    const actorId = yield* actor
    const { id: batchChangeId } = yield* requireBatchChange(named, actorId)
    const repositoryId = Option.isNone(repo) ? undefined : (yield* requireRepository(repo.value, actorId)).id
    const points = yield* burndown({
      batchChangeId,
      repositoryId,
      archived,
      every: Option.getOrUndefined(every),
      from: Option.getOrUndefined(from)
    })
    const { forecast, mergeTimes } = yield* numbersOf(batchChangeId, archived)
    const readable = new Set((yield* listRepositories(actorId)).map(({ id }) => id))
    const each = repositories
      ? (yield* progressByRepository({ batchChangeId, repositoryId, archived })).filter((one) =>
          readable.has(one.repositoryId)
        )
      : []
    yield* show({ points, mergeTimes, forecast, ...(repositories ? { repositories: each } : {}) }, (look) =>
      points.length === 0
        ? "Nothing has happened yet\n"
        : [
            table(pointColumns(points), points, look),
            repositories ? `\n${repositoryTable(each, look)}` : "",
            `\nMerged: ${mergeTimesInWords(mergeTimes)}\n`,
            `${forecastInWords(forecast)}\n`
          ].join("")
    )
  })
).pipe(
  Command.withDescription("How many changesets were in which state, day by day, and when the rest will be merged"),
  Command.provide(batchForge)
)

/** States that nothing was ever in are left out. */
const stateColumns = <Row extends Readonly<Record<(typeof countedStates)[number], number>>>(
  rows: ReadonlyArray<Row>
): ReadonlyArray<Column<Row>> =>
  countedStates
    .filter((state) => rows.some((row) => row[state] > 0))
    .map((state) => ({
      title: state.toUpperCase(),
      cell: (row) => String(row[state]),
      tone: (row) => (row[state] === 0 ? "dim" : toneOf(state)),
      align: "right"
    }))

const pointColumns = (points: ReadonlyArray<BurndownPoint>): ReadonlyArray<Column<BurndownPoint>> => {
  const most = Math.max(1, ...points.map(({ total }) => total))
  return [
    { title: "WHEN", cell: ({ at }) => moment(at) },
    ...stateColumns(points),
    { title: "TOTAL", cell: ({ total }) => String(total), align: "right" },
    { title: "TO MERGE", cell: ({ draft, open, unpublished }) => bar((draft + open + unpublished) / most) }
  ]
}

const BAR = 24

const bar = (share: number): string => "█".repeat(Math.round(share * BAR))

const repositoryTable = (rows: ReadonlyArray<RepositoryProgress>, look: Look): string =>
  table<RepositoryProgress>(
    [
      { title: "REPOSITORY", cell: ({ repository }) => repository, shrinks: true },
      ...stateColumns(rows),
      { title: "TOTAL", cell: ({ total }) => String(total), align: "right" },
      {
        title: "TO MERGE IN",
        cell: ({ medianMillis }) => (medianMillis === null ? "-" : span(medianMillis)),
        align: "right"
      }
    ],
    rows,
    look
  )
