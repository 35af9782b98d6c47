import { type JobRow, listJobs, workStates } from "@drover/core"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { operatorOnly } from "../../actor.ts"
import { limitTo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { jobJson } from "./jobJson.ts"

export const listJobsCommand = Command.make(
  "list",
  {
    kind: Flag.String("kind").pipe(Flag.withDescription("Only jobs of this kind"), Flag.optional),
    state: Flag.Literals("state", workStates).pipe(
      Flag.withDescription("Only jobs in this state; give it several times for several"),
      Flag.between(0, workStates.length)
    ),
    before: Flag.Int("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only jobs before this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(1000)
  },
  Effect.fnUntraced(function* ({ before, kind, limit, state }) {
    yield* operatorOnly("list jobs")
    const found = yield* listJobs({
      kind: Option.getOrUndefined(kind),
      states: state.length === 0 ? undefined : state,
      before: Option.getOrUndefined(before),
      limit
    })
    yield* show(found.map(jobJson), (look) =>
      found.length === 0 ? "No jobs\n" : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List jobs, the newest first"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<JobRow>> => [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "KIND", cell: ({ kind }) => kind, shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { title: "ATTEMPT", cell: ({ attempt, maxAttempts }) => `${attempt}/${maxAttempts}`, align: "right" },
  { title: "AGE", cell: ({ queuedAt }) => age(queuedAt, now), align: "right" },
  { title: "ABOUT", cell: aboutOf, shrinks: true }
]

/** What went wrong says more than what was asked for. */
const aboutOf = ({ failureMessage, payload }: JobRow): string => failureMessage ?? JSON.stringify(payload)
