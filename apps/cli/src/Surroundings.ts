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

/** What the command reads from. @category models */
export interface Source extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined
  /** Of a terminal: true hands over each key, and shows none. */
  readonly setRawMode?: ((on: boolean) => unknown) | undefined
}

/** @category services */
export class Surroundings extends Context.Service<
  Surroundings,
  {
    /** Without the program's own name. */
    readonly args: ReadonlyArray<string>
    readonly environment: Readonly<Record<string, string | undefined>>
    /** For secrets: nothing else is read from it. */
    readonly stdin: Source
    /** For results alone. */
    readonly stdout: Sink
    /** For errors and logs. */
    readonly stderr: Sink
  }
>()("@drover/cli/Surroundings") {}
