/** Writes down everything that a run writes: logs, spans, errors, arguments, rows and files. */
import { Database } from "@drover/core"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Cause, Effect, Exit, FileSystem, Layer, Logger, References, Tracer } from "effect"
import { ChildProcessSpawner } from "effect/process"
import { readdirSync, readFileSync } from "node:fs"
import { format, inspect } from "node:util"

/** What was written, by where. */
export const written: Array<readonly [where: string, text: string]> = []
export const write = (where: string, ...texts: ReadonlyArray<string>) => {
  for (const text of texts) written.push([where, text])
}

/** As somebody would print it who does not think of what is in it. */
export const printed = (value: unknown): ReadonlyArray<string> => [
  inspect(value, { depth: 20, showHidden: true }),
  format("%s %o", value, value),
  JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)) ?? "",
  value instanceof Error ? `${value.message} ${value.stack} ${String(value.cause)}` : String(value)
]

export const spans: Array<Tracer.NativeSpan> = []
export const recorded = Layer.mergeAll(
  Logger.layer([
    Logger.make((options) => {
      write("log", Logger.formatJson.log(options), Logger.formatLogFmt.log(options), ...printed(options.message))
      write("log", Cause.pretty(options.cause))
    })
  ]),
  Layer.succeed(References.MinimumLogLevel, "All"),
  Layer.succeed(
    Tracer.Tracer,
    Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
  )
)

/** Real processes, whose arguments are written down. */
export const recordedProcesses = Layer.effect(
  ChildProcessSpawner.ChildProcessSpawner,
  Effect.map(
    ChildProcessSpawner.ChildProcessSpawner,
    (real) =>
      ({
        ...real,
        spawn: (command) => {
          const { args, command: program } = command as unknown as {
            readonly command: string
            readonly args: ReadonlyArray<string>
          }
          write("argv", [program, ...args].join("\0"))
          return real.spawn(command)
        }
      }) satisfies ChildProcessSpawner.ChildProcessSpawner["Service"]
  )
).pipe(Layer.provide(NodeServices.layer))

/** The arguments of every process of this machine that can be seen now. */
export const argumentsOfAll = () => {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      write("argv", readFileSync(`/proc/${pid}/cmdline`, "utf8"))
    } catch {
      continue // it has ended
    }
  }
}

export const failed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) => {
    assert.isTrue(Exit.isFailure(exit))
    write("exit", ...printed(exit))
    if (Exit.isFailure(exit)) {
      write("error", Cause.pretty(exit.cause), ...printed(Cause.squash(exit.cause)), ...printed(exit.cause))
    }
  })

export const everyRow = Effect.gen(function* () {
  const { run } = yield* Database
  const tables = yield* run((db) =>
    db.execute<{ name: string }>(sql`select tablename as name from pg_tables where schemaname = 'public'`)
  )
  for (const { name } of tables) {
    const rows = yield* run((db) =>
      db.execute(sql`select t::text as text, row_to_json(t)::text as json from ${sql.identifier(name)} t`)
    )
    for (const row of rows) {
      const hex = String(row["text"]).replaceAll(/\\+x([0-9a-f]+)/g, (_, bytes: string) =>
        Buffer.from(bytes, "hex").toString("latin1")
      )
      write(`row of ${name}`, String(row["text"]), String(row["json"]), hex)
    }
  }
})

export const filesBelow = Effect.fnUntraced(function* (folder: string) {
  const files = yield* FileSystem.FileSystem
  for (const path of yield* files.readDirectory(folder, { recursive: true })) {
    const text = yield* Effect.orElseSucceed(files.readFile(`${folder}/${path}`), () => new Uint8Array())
    write(`file ${path}`, path, Buffer.from(text).toString("latin1"))
  }
})

/** Every way in which a secret could be written. */
export const formsOf = (secret: string): ReadonlyArray<string> => {
  const bytes = Buffer.from(secret)
  return [
    secret,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(secret)
  ]
}
