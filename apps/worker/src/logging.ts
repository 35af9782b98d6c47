/**
 * Log lines for people (`pretty`), for machines (`json`), or for both (`logfmt`, the default).
 */
import { Config, Effect, Layer, Logger, References } from "effect"

export const logging = Layer.unwrap(
  Effect.gen(function* () {
    const format = yield* Config.Literals(["logfmt", "json", "pretty"], "LOG_FORMAT").pipe(
      Config.withDefault("logfmt" as const)
    )
    const level = yield* Config.LogLevel("LOG_LEVEL").pipe(Config.withDefault("Info" as const))
    const logger = { logfmt: Logger.consoleLogFmt, json: Logger.consoleJson, pretty: Logger.consolePretty() }[format]
    return Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, level))
  })
)
