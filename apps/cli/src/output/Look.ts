/**
 * How the output may look: decided once, from the flags, the environment and what stands at the other end.
 */
import type { Sink } from "../Surroundings.ts"

/** @category models */
export interface Look {
  readonly colour: boolean
  /** Of the terminal, in cells. Undefined: nobody looks at it, so that nothing is cut. */
  readonly width: number | undefined
}

/** @category options */
export interface LookFrom {
  /** `--color`, `--no-color`. */
  readonly flag: boolean | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly sink: Pick<Sink, "columns" | "isTTY">
}

/** The flag counts before NO_COLOR (https://no-color.org), and that before FORCE_COLOR. Pure. */
export const lookOf = ({ environment, flag, sink }: LookFrom): Look => ({
  colour: flag ?? byEnvironment(environment, sink.isTTY === true),
  width: sink.isTTY === true ? sink.columns : undefined
})

const byEnvironment = (environment: LookFrom["environment"], isTTY: boolean): boolean => {
  const { FORCE_COLOR: force = "", NO_COLOR: none = "", TERM: terminal } = environment
  if (none !== "") return false
  if (force !== "") return force !== "0" && force !== "false"
  return isTTY && terminal !== "dumb"
}
