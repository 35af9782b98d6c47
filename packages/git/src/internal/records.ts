import { Stream } from "effect"
import { concat, text } from "./text.ts"

/** The pieces of an output that each end with this byte, as text, as they come. What is not UTF-8 has U+FFFD. */
export const records =
  (end: number) =>
  <E, R>(output: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E, R> =>
    Stream.mapAccum(
      output,
      (): Uint8Array => new Uint8Array(),
      (rest, chunk) => {
        const last = chunk.lastIndexOf(end)
        if (last === -1) return [concat([rest, chunk]), []] as const
        const whole = text(concat([rest, chunk.subarray(0, last)]))
        return [chunk.slice(last + 1), whole.split(String.fromCharCode(end))] as const
      }
    )

export const NUL = 0
export const NEWLINE = 0x0a
