/**
 * What a command reads and writes besides the database: of the process, or of a test.
 */
import { Context } from "effect"

/** What the command writes to. @category models */
export interface Sink {
  readonly isTTY?: boolean | undefined
  /** Of the terminal, in cells. */
  readonly columns?: number | undefined
  readonly write: (text: string, done: () => void) => unknown
}

/** @category services */
export class Surroundings extends Context.Service<
  Surroundings,
  {
    /** Without the program's own name. */
    readonly args: ReadonlyArray<string>
    readonly environment: Readonly<Record<string, string | undefined>>
    /** For results alone. */
    readonly stdout: Sink
    /** For errors and logs. */
    readonly stderr: Sink
  }
>()("@drover/cli/Surroundings") {}
