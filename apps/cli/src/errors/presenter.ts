/**
 * Help goes to standard output where it was asked for. A command line that was not understood says so on standard error,
 * and leaves standard output to results.
 */
import { Effect, Layer } from "effect"
import { CliOutput } from "effect/cli"
import { lookOf } from "../output/Look.ts"
import { write } from "../output/write.ts"
import { Surroundings } from "../Surroundings.ts"
import { exitCodes } from "./exitCode.ts"
import { reportError } from "./report.ts"

export const presenter = Layer.effect(
  CliOutput.Presenter,
  Effect.map(Effect.context<Surroundings>(), (context) => ({
    present: (event: CliOutput.Presenter.Event) => Effect.provideContext(present(event), context)
  }))
)

const present = Effect.fnUntraced(function* (event: CliOutput.Presenter.Event) {
  const { environment, stdout } = yield* Surroundings
  if (event._tag === "Version") return yield* write(stdout, `${event.name} ${event.version}\n`)
  if (event._tag === "Help" && event.reason === "Requested") {
    const { colour } = lookOf({ flag: undefined, environment, sink: stdout })
    return yield* write(stdout, `${CliOutput.defaultFormatter({ colors: colour }).formatHelpDoc(event.helpDoc)}\n`)
  }
  const path = event.commandPath.join(" ")
  const errors = event._tag === "InvalidInvocation" ? event.errors : []
  const message = errors.length === 0 ? `${path} needs a subcommand` : errors.map((error) => error.message).join("\n")
  const tag = errors[0]?._tag ?? "MissingSubcommand"
  yield* reportError({ _tag: tag, message: `${message}\nSee \`${path} --help\`` }, exitCodes.usage)
})
