/**
 * How far something is, while it goes on: on a terminal one line that changes, elsewhere what it came to. On standard error, and
 * not at all beside `--json`.
 */
import { Effect, Option } from "effect"
import { Colour, Json } from "../globals.ts"
import { Surroundings } from "../Surroundings.ts"
import { lookOf } from "./Look.ts"
import { inLine } from "./printable.ts"
import { paint } from "./style.ts"
import { truncate } from "./table.ts"
import { write } from "./write.ts"

/** @category models */
export interface Progress {
  readonly update: (text: string) => Effect.Effect<void>
  /** Leaves the text standing; takes the line away where there is none. */
  readonly end: (text?: string) => Effect.Effect<void>
}

const CLEARED = "\r\u001B[2K"

export const progress = Effect.gen(function* () {
  const { environment, stderr } = yield* Surroundings
  if (yield* Json) return { update: () => Effect.void, end: () => Effect.void } satisfies Progress
  const { colour, width } = lookOf({ flag: Option.getOrUndefined(yield* Colour), environment, sink: stderr })
  const fit = (text: string) => (width === undefined ? inLine(text) : truncate(inLine(text), width - 1))
  const live = width !== undefined && environment["TERM"] !== "dumb"
  let shown = false
  const found: Progress = {
    update: (text) =>
      Effect.suspend(() => {
        if (!live) return Effect.void
        shown = true
        return write(stderr, `${CLEARED}${paint(colour, "dim", fit(text))}`)
      }),
    end: (text) =>
      Effect.suspend(() => {
        const cleared = shown ? CLEARED : ""
        shown = false
        return text === undefined && cleared === ""
          ? Effect.void
          : write(stderr, text === undefined ? cleared : `${cleared}${fit(text)}\n`)
      })
  }
  return found
})
