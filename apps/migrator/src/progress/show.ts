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
    const draw = (state: Shown): void => {
      if (stdout.isTTY) stdout.write(`\r\u001b[2K${bar(state, stdout.columns)}`)
      else if (isLineDue(printed, state)) stdout.write(`${line(state)}\n`)
      else return
      printed = state
    }
    return Stream.runForEach(states, (state) => Effect.sync(() => draw(state))).pipe(
      Effect.ensuring(Effect.sync(() => (stdout.isTTY && printed !== undefined ? stdout.write("\n") : undefined)))
    )
  })
