/** Copies of hosted repositories are kept up to date, as a routine. */
import { Routine } from "@drover/core"
import type { Duration } from "effect"
import { bringHostedBranches, type BringHostedBranches } from "./bringHostedBranches.ts"

/** @category options */
export interface HostedBranches extends BringHostedBranches {
  /** From the end of one run to the start of the next. Defaults to 30 seconds. */
  readonly interval?: Duration.Input | undefined
}

/** @category layers */
export const hostedBranches = ({ interval = "30 seconds", ...options }: HostedBranches = {}) =>
  Routine.layer({ name: "bring-hosted-branches", run: bringHostedBranches(options), interval })
