/**
 * The process: runs the command line, and ends with the code that says how it went.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect } from "effect"
import { endCode } from "./errors/endCode.ts"
import { program } from "./program.ts"
import { Surroundings } from "./Surroundings.ts"

// Who reads our output may have seen enough: `drover jobs list | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1))
}

program.pipe(
  Effect.provideService(Surroundings, {
    args: process.argv.slice(2),
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr
  }),
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: (exit, onExit) => onExit(endCode(exit)) })
)
