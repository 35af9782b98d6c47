/**
 * Shows a migration's states as they come: on a terminal as a bar, elsewhere as plain lines.
 */
import type { OutOfBandMigrations } from "@drover/core"
import { Effect, Stream } from "effect"
import { bar, isLineDue, line, type Shown } from "./bar.ts"

export const show = <E, R>(
  states: Stream.Stream<OutOfBandMigrations.MigrationState, E, R>
): Effect.Effect<void, E, R> =>
  Effect.suspend(() => {
    const { stdout } = process
    let printed: Shown | undefined
    let drawn = ""
    const drawBar = (state: Shown): void => {
      // a terminal that does not know its width says 0
      const next = bar(state, stdout.columns > 0 ? stdout.columns : 80)
      if (next !== drawn) stdout.write(`\r\u001b[2K${next}`)
      drawn = next
      printed = state
    }
    const printLine = (state: Shown): void => {
      if (!isLineDue(printed, state)) return
      stdout.write(`${line(state)}\n`)
      printed = state
    }
    const draw = stdout.isTTY ? drawBar : printLine
    return Stream.runForEach(states, (state) => Effect.sync(() => draw(state))).pipe(
      Effect.ensuring(Effect.sync(() => (stdout.isTTY && printed !== undefined ? stdout.write("\n") : undefined)))
    )
  })
