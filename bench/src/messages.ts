/**
 * What goes between the bench and its child processes.
 */
import type { Progress } from "./childCommands.ts"

export interface Request {
  readonly id: number
  readonly command: string
  readonly args: ReadonlyArray<unknown>
}

export interface Response {
  readonly ready?: true
  readonly progress?: Progress
  readonly id?: number
  readonly result?: unknown
  readonly error?: string
}
