/**
 * Runs a command line, and tells of its failure.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer, Logger, References } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import manifest from "../package.json" with { type: "json" }
import { drover } from "./drover.ts"
import { presenter } from "./errors/presenter.ts"
import { report } from "./errors/report.ts"
import { Surroundings } from "./Surroundings.ts"

const configuration = Layer.unwrap(
  Effect.map(Surroundings, ({ environment }) =>
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: definedIn(environment) }))
  )
)

const definedIn = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )

export const program = Effect.gen(function* () {
  const { args } = yield* Surroundings
  yield* Command.runWith(drover, { version: manifest.version })(args)
}).pipe(
  Effect.tapCause(report),
  Effect.provide(
    Layer.mergeAll(
      NodeServices.layer,
      CliConfig.layer({
        builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions, GlobalFlag.LogLevel]
      }),
      presenter,
      configuration,
      // standard output is for results
      Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
      Layer.succeed(References.MinimumLogLevel, "Warn")
    )
  )
)
