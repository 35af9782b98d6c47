/**
 * Out-of-band migrations: whether this release can work on the data as it is, and the runner.
 */
import { OutOfBandMigrations } from "@drover/core"
import { outOfBandMigrations } from "@drover/handlers/outOfBandMigrations"
import { Effect, Layer } from "effect"
import packageJson from "../package.json" with { type: "json" }
import { WorkerConfig } from "./WorkerConfig.ts"

/** Refuses to start on data in a form that this release no longer reads, or does not know yet. */
export const checkRelease = Layer.effectDiscard(
  Effect.flatMap(WorkerConfig, ({ skipOutOfBandValidation }) =>
    OutOfBandMigrations.start({
      service: "worker",
      version: packageJson.version,
      skipValidation: skipOutOfBandValidation
    })
  )
)

export const outOfBand = OutOfBandMigrations.layer({ migrations: outOfBandMigrations })
