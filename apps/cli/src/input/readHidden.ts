/**
 * A line from a terminal that does not show it.
 */
import { Effect } from "effect"
import type { Source } from "../Surroundings.ts"

/** What keys send that are none of the line. */
const ENTER = /[\r\n]/
const INTERRUPT = "\u0003"
const END = "\u0004"
const BACKSPACE = /[\b\u007F]/

/** What the line is so far, and whether it has ended: by Enter or the end of the input, or by Ctrl-C. Pure. */
export interface Typed {
  readonly line: string
  readonly ended: "no" | "yes" | "interrupted"
}

/** Keys that move or edit otherwise, such as the arrows, are left out. Pure. */
export const type = (typed: Typed, chunk: string): Typed => {
  let { line } = typed
  // oxlint-disable-next-line no-control-regex -- what keys send begins with escape
  for (const key of chunk.replaceAll(/\u001B(?:\[[0-9;?]*[ -/]*[@-~]|O.)?/g, "")) {
    if (ENTER.test(key)) return { line, ended: "yes" }
    if (key === INTERRUPT) return { line: "", ended: "interrupted" }
    if (key === END) return { line, ended: "yes" }
    if (BACKSPACE.test(key)) line = Array.from(line).slice(0, -1).join("")
    else if (key >= " " || key === "\t") line += key
  }
  return { line, ended: "no" }
}

/** Ctrl-C interrupts the command. The terminal shows what is typed again when this ends, however it ends. */
export const readHidden = (stdin: Source): Effect.Effect<string> =>
  Effect.acquireUseRelease(
    Effect.sync(() => stdin.setRawMode?.(true)),
    () =>
      Effect.promise(async () => {
        let typed: Typed = { line: "", ended: "no" }
        const decoder = new TextDecoder()
        for await (const chunk of stdin) {
          typed = type(typed, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))
          if (typed.ended !== "no") break
        }
        return typed
      }),
    () => Effect.sync(() => stdin.setRawMode?.(false))
  ).pipe(Effect.flatMap(({ ended, line }) => (ended === "interrupted" ? Effect.interrupt : Effect.succeed(line))))
