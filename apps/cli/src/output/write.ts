import { Effect } from "effect"
import type { Sink } from "../Surroundings.ts"

/** Done when the text is handed over, so that a process that ends then has said it all. */
export const write = (sink: Sink, text: string): Effect.Effect<void> =>
  Effect.callback((resume) => {
    sink.write(text, () => resume(Effect.void))
  })
