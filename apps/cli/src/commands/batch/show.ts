import { burndown, countedStates, forecast, mergeTimes } from "@drover/handlers/batchChanges"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { details } from "../../output/details.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { momentOrNone } from "../../output/time.ts"
import { batchChangeJson } from "./batchChangeJson.ts"
import { batchForge } from "./batchForge.ts"
import { batchChange, requireBatchChange } from "./named.ts"
import { forecastInWords, mergeTimesInWords } from "./statisticsInWords.ts"
import { statesInWords } from "./waitForChangesets.ts"

/** What is merged, how long it took, and when the rest will be. */
export const numbersOf = Effect.fnUntraced(function* (batchChangeId: number, archived: boolean) {
  const last = (yield* burndown({ batchChangeId, archived })).at(-1)
  const times = yield* mergeTimes({ batchChangeId, archived })
  const remaining = (last?.unpublished ?? 0) + (last?.draft ?? 0) + (last?.open ?? 0)
  return { last, mergeTimes: times, forecast: forecast(remaining, times) }
})

export const showBatch = Command.make(
  "show",
  { batchChange },
  Effect.fnUntraced(function* ({ batchChange: named }) {
    const found = yield* requireBatchChange(named, yield* actor)
    const { forecast: expected, last, mergeTimes: times } = yield* numbersOf(found.id, false)
    const burnt = Object.fromEntries(countedStates.map((state) => [state, last?.[state] ?? 0]))
    yield* show({ ...batchChangeJson(found), burndown: burnt, mergeTimes: times, forecast: expected }, (look) =>
      details(
        `${found.namespace}/${found.name}`,
        [
          ["About", found.description],
          ["State", found.state, toneOf(found.state)],
          ["Changesets", statesInWords(found)],
          ["Put away", found.counts.archived === 0 ? undefined : String(found.counts.archived)],
          ["Merged", mergeTimesInWords(times)],
          ["Forecast", forecastInWords(expected)],
          ["Batch spec", found.batchSpecId === null ? undefined : String(found.batchSpecId)],
          ["Applied", momentOrNone(found.lastAppliedAt)],
          ["Closed", momentOrNone(found.closedAt)]
        ],
        look
      )
    )
  })
).pipe(Command.withDescription("Show a batch change, and how far it is"), Command.provide(batchForge))
