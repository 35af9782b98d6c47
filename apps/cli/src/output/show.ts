/**
 * Puts the result of a command on standard output: as JSON, or for people.
 */
import { Effect, Option } from "effect"
import { Colour, Json } from "../globals.ts"
import { Surroundings } from "../Surroundings.ts"
import { type Look, lookOf } from "./Look.ts"
import { write } from "./write.ts"

/**
 * `value` is what `--json` prints. `render` gives what people read, with a line break at its end.
 *
 * @category operations
 */
export const show = Effect.fnUntraced(function* (value: unknown, render: (look: Look) => string) {
  const { environment, stdout } = yield* Surroundings
  if (yield* Json) return yield* write(stdout, `${JSON.stringify(value, null, 2)}\n`)
  const flag = Option.getOrUndefined(yield* Colour)
  yield* write(stdout, render(lookOf({ flag, environment, sink: stdout })))
})
